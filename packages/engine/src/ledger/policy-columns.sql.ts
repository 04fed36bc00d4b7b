import { POLICIES, POLICY_NAMES, RUN_POLICY_NAMES, type SchedulePolicies } from "@drumline/core/task";
import { Prisma } from "@drumline/db";

interface Column {
  /** Its name in TypeScript. */
  readonly field: string;
  readonly column: string;
  readonly columnType: "text" | "int" | "bigint";
}

const ofSchedule: Column[] = POLICY_NAMES.map((field) => ({ field, ...POLICIES[field] }));
const ofRun: Column[] = [
  { field: "maxAttempts", column: "max_attempts", columnType: "int" },
  ...RUN_POLICY_NAMES.map((field) => ({ field, ...POLICIES[field] })),
];

const list = (columns: readonly Column[], toSql: (column: Column) => string): Prisma.Sql =>
  Prisma.raw(columns.map(toSql).join(", "));

// An enum is read as its text, and a bigint as the number it fits into.
const toRead = ({ field, column, columnType }: Column): string =>
  `${column}::${columnType === "bigint" ? "float8" : columnType} AS "${field}"`;

/** `overlap, missed, grace_ms, …` of a schedule, to insert. */
export const POLICY_COLUMNS = list(ofSchedule, ({ column }) => column);
/** `grace_ms = r.grace_ms, …` */
export const SET_POLICIES = list(ofSchedule, ({ column }) => `${column} = r.${column}`);
/** `grace_ms::float8 AS "graceMs", …`: rows are `SchedulePolicies`. */
export const READ_POLICIES = list(ofSchedule, toRead);

/** `max_attempts, backoff_ms, …` of a run, to insert. */
export const RUN_POLICY_COLUMNS = list(ofRun, ({ column }) => column);
/** `"maxAttempts", "backoffMs", …`: the same out of a JSON record. */
export const RUN_POLICY_FIELDS = list(ofRun, ({ field }) => `"${field}"`);
/** `"backoffMs" bigint, …`: the types of such a record. */
export const RUN_POLICY_TYPES = list(ofRun, ({ field, columnType }) => `"${field}" ${columnType}`);
/** `backoff_ms::float8 AS "backoffMs", …`: rows are `RunPolicies`. */
export const READ_RUN_POLICIES = list(ofRun, toRead);

/** As a JSON record of the table `schedule` has them. */
export const toPolicyColumns = (policies: SchedulePolicies): Record<string, string | number | null> =>
  Object.fromEntries(POLICY_NAMES.map((name) => [POLICIES[name].column, policies[name]]));
