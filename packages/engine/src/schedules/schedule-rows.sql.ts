import { type JsonObject, policiesOf, type SchedulePolicies } from "@drumline/core/task";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { READ_POLICIES } from "../ledger/policy-columns.sql.ts";
import { readTrigger } from "./read-trigger.ts";
import type { StoredSchedule } from "./schedule.ts";

interface ScheduleRow extends SchedulePolicies {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly source: "ENV" | "API";
  readonly task: string;
  readonly description: string;
  readonly args: JsonObject;
  readonly enabled: boolean;
  readonly disabled_reason: string | null;
  readonly crontab: string | null;
  readonly every_ms: bigint | null;
  readonly timezone: string;
  readonly ping_url: string | null;
  readonly paused_at: Date | null;
  readonly paused_until: Date | null;
  readonly paused_by: string | null;
  readonly paused_reason: string | null;
  readonly anchor_at: Date;
  readonly last_due_at: Date | null;
  readonly content_hash: string;
  readonly catalogue_version: number;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly deleted_at: Date | null;
}

const COLUMNS = Prisma.sql`
  id, key, name, source::text, task, description, args, enabled, disabled_reason, crontab, every_ms, timezone, ${READ_POLICIES}, ping_url,
  paused_at, paused_until, paused_by, paused_reason, anchor_at, last_due_at, content_hash,
  catalogue_version, version, created_at, updated_at, deleted_at`;

/** All but the deleted ones. */
export async function loadSchedules(db: Database | Transaction): Promise<StoredSchedule[]> {
  const rows = await db.$queryRaw<ScheduleRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM schedule WHERE deleted_at IS NULL ORDER BY key`);
  return rows.map(toSchedule);
}

/** The beginning of the reason of a schedule whose row says no time that can be read. */
const UNREADABLE = "its time cannot be read";

/** An enabled schedule that does not run, and why. */
export interface FlaggedSchedule {
  readonly key: string;
  readonly disabledReason: string;
  /** Whether it is its time that cannot be read, and not its task that no living beat knows. */
  readonly isUnreadable: boolean;
}

/** As beats have flagged them. A paused one is left alone on purpose. */
export function loadFlaggedSchedules(db: Database, now: Date): Promise<FlaggedSchedule[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT key, disabled_reason AS "disabledReason", starts_with(disabled_reason, ${UNREADABLE}) AS "isUnreadable" FROM schedule
    WHERE enabled AND disabled_reason IS NOT NULL AND deleted_at IS NULL
      AND (paused_at IS NULL OR paused_until <= ${now}::timestamptz)
    ORDER BY key LIMIT 100`);
}

/** Those of these ids or keys that there are. */
export async function loadNamedSchedules(
  db: Database | Transaction,
  idsOrKeys: readonly string[],
): Promise<StoredSchedule[]> {
  const ids = idsOrKeys.filter((one) => UUID.test(one));
  const rows = await db.$queryRaw<ScheduleRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM schedule
    WHERE (id = ANY(${ids}::uuid[]) OR key = ANY(${[...idsOrKeys]}::text[])) AND deleted_at IS NULL ORDER BY key`);
  return rows.map(toSchedule);
}

/**
 * Those of these tasks that have schedules, none of which is on: switched off by an env key, by a person, or paused. A
 * task without any schedule is not among them, since nobody has said anything of it.
 */
export async function loadSwitchedOffTasks(db: Database, tasks: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.$queryRaw<{ task: string }[]>(Prisma.sql`
    SELECT task FROM schedule WHERE task = ANY(${[...tasks]}::text[]) AND deleted_at IS NULL
    GROUP BY task HAVING NOT bool_or(enabled AND (paused_at IS NULL OR coalesce(paused_until <= now(), false)))`);
  return new Set(rows.map(({ task }) => task));
}

/** Which schedules a list has; a field left out filters nothing. */
export interface ScheduleFilter {
  readonly task?: string | undefined;
  readonly source?: "ENV" | "API" | undefined;
  readonly enabled?: boolean | undefined;
  /** Of one of these tasks. */
  readonly tasks?: readonly string[] | undefined;
  readonly state?: ScheduleState | undefined;
  /** Part of the key, the name, the task or the description, in any case. */
  readonly search?: string | undefined;
}

/** `on` falls due; `paused` falls due and is skipped; `stuck` is switched on and does not run; `off` is switched off. */
export const SCHEDULE_STATES = ["on", "paused", "stuck", "off"] as const;
export type ScheduleState = (typeof SCHEDULE_STATES)[number];

const IS_PAUSED = Prisma.sql`(paused_at IS NOT NULL AND coalesce(paused_until > now(), TRUE))`;
const isInState: Readonly<Record<ScheduleState, Prisma.Sql>> = {
  on: Prisma.sql`enabled AND disabled_reason IS NULL AND NOT ${IS_PAUSED}`,
  paused: Prisma.sql`enabled AND ${IS_PAUSED}`,
  stuck: Prisma.sql`enabled AND disabled_reason IS NOT NULL`,
  off: Prisma.sql`NOT enabled`,
};

/** In the order of their keys, from the one after `afterKey` on. */
export async function loadSchedulePage(
  db: Database,
  { task, tasks, source, enabled, state, search }: ScheduleFilter,
  afterKey: string | null,
  limit: number,
): Promise<StoredSchedule[]> {
  const conditions = [
    Prisma.sql`deleted_at IS NULL`,
    ...(task === undefined ? [] : [Prisma.sql`task = ${task}`]),
    ...(tasks === undefined ? [] : [Prisma.sql`task = ANY(${[...tasks]}::text[])`]),
    ...(state === undefined ? [] : [isInState[state]]),
    ...(source === undefined ? [] : [Prisma.sql`source = ${source}::schedule_source`]),
    ...(enabled === undefined ? [] : [Prisma.sql`enabled = ${enabled}`]),
    ...(search === undefined
      ? []
      : [Prisma.sql`strpos(lower(concat_ws(' ', key, name, task, description)), lower(${search})) > 0`]),
    ...(afterKey === null ? [] : [Prisma.sql`key > ${afterKey}`]),
  ];
  const rows = await db.$queryRaw<ScheduleRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM schedule WHERE ${Prisma.join(conditions, " AND ")} ORDER BY key LIMIT ${limit}`);
  return rows.map(toSchedule);
}

/** By id or key; a deleted one too, and it says so. */
export async function loadSchedule(db: Database | Transaction, idOrKey: string): Promise<StoredSchedule | null> {
  const [row] = await db.$queryRaw<ScheduleRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM schedule WHERE ${isNamed(idOrKey)}`);
  return row === undefined ? null : toSchedule(row);
}

/** Which of the keys that begin so are in use; deleted schedules have freed theirs. */
export async function loadKeysFrom(tx: Transaction, beginning: string): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<{ key: string }[]>(Prisma.sql`
    SELECT key FROM schedule WHERE starts_with(key, ${beginning}) AND deleted_at IS NULL`);
  return new Set(rows.map(({ key }) => key));
}

/** As `loadSchedule`, and nobody else changes it until the transaction ends. */
export async function lockSchedule(tx: Transaction, idOrKey: string): Promise<StoredSchedule | null> {
  const [row] = await tx.$queryRaw<ScheduleRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM schedule WHERE ${isNamed(idOrKey)} FOR UPDATE`);
  return row === undefined ? null : toSchedule(row);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

// No key looks like an id: `planSchedule` refuses those.
const isNamed = (idOrKey: string): Prisma.Sql =>
  UUID.test(idOrKey) ? Prisma.sql`id = ${idOrKey}::uuid` : Prisma.sql`key = ${idOrKey}`;

/** Locks in a fixed order, so that two beats that advance the same schedules wait for each other instead of dying. */
export async function lockSchedules(tx: Transaction, ids: readonly string[]): Promise<StoredSchedule[]> {
  const rows = await tx.$queryRaw<ScheduleRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM schedule WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`);
  return rows.map(toSchedule);
}

/** Changes whenever any schedule does, a deleted one too, since its row stays: cheap enough to ask every two seconds. */
export async function loadSchedulesVersion(db: Database): Promise<string> {
  const [row] = await db.$queryRaw<{ version: string }[]>(Prisma.sql`
    SELECT count(*) || ':' || coalesce(sum(version), 0) || ':' || coalesce(max(updated_at)::text, '') AS version FROM schedule`);
  return row!.version;
}

function toSchedule(row: ScheduleRow): StoredSchedule {
  const { trigger, problem } = readTrigger(row);
  const unreadable = problem === null ? null : `${UNREADABLE}: ${problem}`;
  return {
    id: row.id,
    key: row.key,
    name: row.name === "" ? row.key : row.name,
    source: row.source,
    task: row.task,
    description: row.description,
    args: row.args,
    enabled: row.enabled && unreadable === null,
    disabledReason: unreadable ?? row.disabled_reason,
    unreadable,
    trigger,
    ...policiesOf(row),
    pingUrl: row.ping_url,
    pausedAt: row.paused_at,
    pausedUntil: row.paused_until,
    pausedBy: row.paused_by,
    pausedReason: row.paused_reason,
    anchorAt: row.anchor_at,
    lastDueAt: row.last_due_at,
    contentHash: row.content_hash,
    catalogueVersion: row.catalogue_version,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
  };
}
