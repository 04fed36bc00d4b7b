import { z } from "zod";

import { DAY_MS, durationInWords, MINUTE_MS, SECOND_MS } from "../clock/index.ts";

/** What happens when an occurrence falls due while an earlier run of the schedule is still open. */
const OVERLAP_POLICIES = {
  skip: "`skip`: not started while an earlier run is open",
  queue_one: "`queue_one`: one occurrence waits for the earlier run",
  allow: "`allow`: runs side by side",
} as const;
export type OverlapPolicy = keyof typeof OVERLAP_POLICIES;

/** What happens to occurrences nobody ran in time: forgotten, made good once, or each made good (capped). */
const MISSED_POLICIES = {
  skip: "`skip`: recorded, not made good",
  once: "`once`: several are made good by one run",
  all: "`all`: each is made good",
} as const;
export type MissedPolicy = keyof typeof MISSED_POLICIES;

const oneOf = <Name extends string>(words: Readonly<Record<Name, string>>) => {
  const schema = z.enum(Object.keys(words) as Name[]);
  return { schema, viewSchema: schema };
};
// A row that SQL wrote may lie outside, and is shown all the same.
const integer = (min: number, max: number) => ({ schema: z.int().min(min).max(max), viewSchema: z.int() });
const nullable = <Schema extends z.ZodType, View extends z.ZodType>(of: { schema: Schema; viewSchema: View }) => ({
  schema: of.schema.nullable(),
  viewSchema: of.viewSchema.nullable(),
});

/**
 * The policies of a schedule, each written here and nowhere else: the types, the columns of `schedule` and `run`, the
 * content hash, the api's body and view, the audit, the cli and docs/tasks.md follow. A new one is an entry here and its
 * column in a migration (one in `run` as well where `isOfRun`).
 */
export const POLICIES = {
  /** A try that takes longer is stopped. Has no default: each task says its own. */
  timeoutMs: {
    column: "timeout_ms",
    columnType: "bigint",
    isOfRun: true,
    ...integer(SECOND_MS, 7 * DAY_MS),
    about: "A try that takes longer is stopped.",
    label: "Timeout",
    inWords: durationInWords,
  },
  overlap: {
    column: "overlap",
    columnType: "text",
    isOfRun: false,
    ...oneOf(OVERLAP_POLICIES),
    about: "When an earlier run is still open.",
    default: "skip",
    label: "Overlap",
    inWords: (policy: OverlapPolicy) => OVERLAP_POLICIES[policy],
  },
  /** Null, in a task, means the trigger decides: `once` for cron, `skip` for intervals. */
  missed: {
    column: "missed",
    columnType: "text",
    isOfRun: false,
    ...oneOf(MISSED_POLICIES),
    about: "What becomes of occurrences nobody ran in time.",
    default: null,
    label: "Missed",
    inWords: (policy: MissedPolicy) => MISSED_POLICIES[policy],
  },
  graceMs: {
    column: "grace_ms",
    columnType: "bigint",
    isOfRun: false,
    ...integer(0, 30 * DAY_MS),
    about: "An occurrence later than this is missed.",
    default: MINUTE_MS,
    label: "Missed when later than",
    inWords: durationInWords,
  },
  /** Tries after the first. A run counts all of them: `maxAttempts`. */
  retries: {
    column: "retries",
    columnType: "int",
    isOfRun: false,
    ...integer(0, 100),
    about: "Tries after the first.",
    default: 3,
    label: "Retries",
    inWords: (retries: number) => (retries === 0 ? "none" : String(retries)),
  },
  backoffMs: {
    column: "backoff_ms",
    columnType: "bigint",
    isOfRun: true,
    ...integer(0, DAY_MS),
    about: "Before the first retry; doubles with each further one, with jitter.",
    default: 10 * SECOND_MS,
    label: "Before the first retry",
    inWords: (backoffMs: number) => `about ${durationInWords(backoffMs)}, then twice as long each time`,
  },
  /** BullMQ's order: 0 … 2,097,151. */
  priority: {
    column: "priority",
    columnType: "int",
    isOfRun: true,
    ...integer(0, 2_097_151),
    about: "0 is first.",
    default: 0,
    label: "Priority",
    inWords: String,
  },
  recordLimit: {
    column: "record_limit",
    columnType: "int",
    isOfRun: true,
    ...nullable(integer(1, 2_147_483_647)),
    about: "Records one run may take.",
    default: null,
    label: "Records per run",
    inWords: (limit: number | null) => (limit === null ? "no limit" : String(limit)),
  },
} as const satisfies Readonly<Record<string, Policy>>;

interface Policy {
  /** In `schedule`, and in `run` where `isOfRun`. */
  readonly column: string;
  readonly columnType: "text" | "int" | "bigint";
  /** Whether a run takes it over when it is made, so that a later change of the schedule does not reach it. */
  readonly isOfRun: boolean;
  /** What the api takes. */
  readonly schema: z.ZodType<string | number | null>;
  /** What the api shows. */
  readonly viewSchema: z.ZodType<string | number | null>;
  readonly about: string;
  /** Where the task does not say otherwise. */
  readonly default?: string | number | null;
  readonly label: string;
  readonly inWords: (value: never) => string;
}

type Table = typeof POLICIES;
export type PolicyName = keyof Table;
type DefaultedName = { [Name in PolicyName]: Table[Name] extends { default: unknown } ? Name : never }[PolicyName];
type RunPolicyName = { [Name in PolicyName]: Table[Name]["isOfRun"] extends true ? Name : never }[PolicyName];

/** How a schedule runs its task. */
export type SchedulePolicies = { readonly [Name in PolicyName]: z.output<Table[Name]["schema"]> };

/** As a task says it, before its trigger is known. */
export type TaskPolicies = Omit<SchedulePolicies, "missed"> & { readonly missed: MissedPolicy | null };

/** What a run takes over of its schedule or its task. */
export type RunPolicies = Pick<SchedulePolicies, RunPolicyName> & { readonly maxAttempts: number };

export const POLICY_NAMES = Object.keys(POLICIES) as PolicyName[];
export const RUN_POLICY_NAMES = POLICY_NAMES.filter((name): name is RunPolicyName => POLICIES[name].isOfRun);

export const DEFAULT_POLICIES = Object.fromEntries(
  Object.entries(POLICIES).flatMap(([name, policy]) => ("default" in policy ? [[name, policy.default]] : [])),
) as unknown as Pick<TaskPolicies, DefaultedName>;

/** The shapes of zod objects: what the api takes of a schedule, and what it shows of it. */
export const POLICY_SCHEMAS = shapeOf("schema");
export const POLICY_VIEW_SCHEMAS = shapeOf("viewSchema");

function shapeOf<Kind extends "schema" | "viewSchema">(kind: Kind) {
  const shape = Object.entries(POLICIES).map(([name, policy]) => [name, policy[kind].describe(policy.about)]);
  return Object.fromEntries(shape) as { readonly [Name in PolicyName]: Table[Name][Kind] };
}

/** Only the policies of what has more. */
export function policiesOf<Policies extends TaskPolicies>(of: Policies): Pick<Policies, PolicyName> {
  return Object.fromEntries(POLICY_NAMES.map((name) => [name, of[name]])) as Pick<Policies, PolicyName>;
}

/** Fills in what only the trigger can decide: missed cron occurrences are made good once, missed intervals are not. */
export function toSchedulePolicies(policies: TaskPolicies, trigger: "crontab" | "interval"): SchedulePolicies {
  return { ...policiesOf(policies), missed: policies.missed ?? (trigger === "crontab" ? "once" : "skip") };
}

export function toRunPolicies(policies: TaskPolicies): RunPolicies {
  const taken = Object.fromEntries(RUN_POLICY_NAMES.map((name) => [name, policies[name]]));
  return { ...(taken as Pick<SchedulePolicies, RunPolicyName>), maxAttempts: policies.retries + 1 };
}

/** Each policy for a person to read: `["Timeout", "1 hour"]`. `others` leaves out those that are the same there. */
export function policiesInWords(policies: SchedulePolicies, others?: Partial<TaskPolicies>): [string, string][] {
  const shown = POLICY_NAMES.filter((name) => others === undefined || others[name] !== policies[name]);
  return shown.map((name) => [POLICIES[name].label, POLICIES[name].inWords(policies[name] as never)]);
}
