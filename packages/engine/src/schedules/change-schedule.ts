import { randomUUID } from "node:crypto";

import type { Clock } from "@drumline/core/clock";
import type { TaskDefinition } from "@drumline/core/task";
import { toFreeIdentifier, toIdentifier } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { restartsClock } from "./plan-schedule-changes.ts";
import { planSchedule, type SchedulePatch } from "./plan-schedule.ts";
import { NoSuchSchedule, ReadOnlySchedule, RefusedSchedule, ScheduleChanged, ScheduleExists } from "./refusals.ts";
import { insertSchedules, updateSchedules, type Writing } from "./save-schedules.sql.ts";
import { markDeleted, markPaused, markResumed, markRevived } from "./mark-schedule.sql.ts";
import { type DesiredSchedule, type StoredSchedule, toContentHash } from "./schedule.ts";
import { type ChangeAction, insertScheduleChange } from "./schedule-changes.sql.ts";
import { loadKeysFrom, loadSchedule, lockSchedule } from "./schedule-rows.sql.ts";

/** Who changes a schedule, over what. */
export interface ChangeContext {
  readonly db: Database;
  readonly clock: Clock;
  readonly tasks: readonly TaskDefinition[];
  /** Stands in the audit. */
  readonly who: string;
}

/** The version the caller has seen; left out by those who want it whatever it is. */
interface Seen {
  readonly version?: number | undefined;
}

/**
 * A new schedule, which counts from now. Under the key of a deleted one its row is taken up again, history and all. Without
 * a key it gets the first free one that its name makes, and keeps it. A caller who may ask twice gives its id, and finds the
 * schedule of the first time.
 * Every change here is one transaction with its row of the audit; beats notice it within two seconds.
 * @throws {RefusedSchedule} {ScheduleExists}
 */
export function createSchedule(
  context: ChangeContext,
  key: string | null,
  patch: SchedulePatch,
  id: string = randomUUID(),
): Promise<StoredSchedule> {
  const { db, tasks } = context;
  if (key !== null) {
    const desired = planSchedule(key, patch, null, tasks);
    return db.$transaction((tx) => insertNew(tx, context, desired, id));
  }
  const { name = "" } = patch;
  if (name.trim() === "") throw new RefusedSchedule([{ where: "name", problem: "is missing; set it, or a key" }]);
  return db.$transaction(async (tx) => {
    // One after the other, so that two of the same name at once get two keys.
    await tx.$executeRaw(Prisma.sql`SELECT pg_advisory_xact_lock(hashtext('drumline.schedule_keys'))`);
    const made = await loadSchedule(tx, id);
    if (made !== null && made.deletedAt === null) return made;
    const identifier = toIdentifier(name, "schedule");
    const taken = await loadKeysFrom(tx, identifier.slice(0, SHORTEST_BEGINNING));
    const envKeys = new Set(tasks.flatMap(({ entry }) => entry?.key ?? []));
    const free = toFreeIdentifier(identifier, (one) => taken.has(one) || envKeys.has(one));
    return insertNew(tx, context, planSchedule(free, patch, null, tasks), id);
  });
}

/** A number behind a long identifier cuts its end off. */
const SHORTEST_BEGINNING = 80;

async function insertNew(
  tx: Transaction,
  { clock, who }: ChangeContext,
  desired: DesiredSchedule,
  id: string,
): Promise<StoredSchedule> {
  const now = clock.now();
  const { key } = desired;
  const known = await lockSchedule(tx, key);
  if (known?.id === id && known.deletedAt === null) return known;
  if (known !== null && known.deletedAt === null) throw new ScheduleExists(key);
  if (known === null) {
    // Another transaction may have the key since we looked.
    if ((await insertSchedules(tx, [{ ...desired, id }], byHand(now))) === 0) throw new ScheduleExists(key);
  } else {
    await markRevived(tx, known.id);
    await updateSchedules(tx, [{ before: known, after: desired, restartsClock: true }], byHand(now));
  }
  const after = (await lockSchedule(tx, key))!;
  await insertScheduleChange(tx, { action: "CREATE", changedBy: who, changedAt: now, before: null, after });
  return after;
}

/** @throws {RefusedSchedule} {NoSuchSchedule} {ScheduleChanged} {ReadOnlySchedule} */
export function updateSchedule(
  context: ChangeContext,
  idOrKey: string,
  patch: SchedulePatch,
  seen: Seen,
): Promise<StoredSchedule> {
  return change(context, "UPDATE", idOrKey, seen, async (tx, before, now) => {
    refuseEnv(before);
    await save(tx, before, planSchedule(before.key, patch, before, context.tasks), now);
  });
}

/** Off: nothing falls due. On again: counts from now. @throws {NoSuchSchedule} {ScheduleChanged} {ReadOnlySchedule} */
export function switchSchedule(
  context: ChangeContext,
  idOrKey: string,
  enabled: boolean,
  seen: Seen,
): Promise<StoredSchedule> {
  return change(context, enabled ? "ENABLE" : "DISABLE", idOrKey, seen, async (tx, before, now) => {
    refuseEnv(before);
    await save(tx, before, { ...before, enabled }, now);
  });
}

/** Why a schedule is paused, and until when. */
export interface Pause {
  readonly reason: string;
  /** Null: until somebody resumes it. */
  readonly until: Date | null;
}

/**
 * Paused occurrences are rows with the reason, not silence. ENV schedules may be paused too: it changes nothing that
 * env keys say, and outlives a restart of beat.
 * @throws {RefusedSchedule} {NoSuchSchedule} {ScheduleChanged}
 */
export function pauseSchedule(
  context: ChangeContext,
  idOrKey: string,
  pause: Pause,
  seen: Seen,
): Promise<StoredSchedule> {
  return change(context, "PAUSE", idOrKey, seen, async (tx, before, now) => {
    if (pause.until !== null && pause.until <= now)
      throw new RefusedSchedule([{ where: "until", problem: `is over already; it is ${now.toISOString()}` }]);
    await markPaused(tx, before.id, { ...pause, by: context.who, at: now });
  });
}

/** @throws {NoSuchSchedule} {ScheduleChanged} */
export function resumeSchedule(context: ChangeContext, idOrKey: string, seen: Seen): Promise<StoredSchedule> {
  return change(context, "RESUME", idOrKey, seen, async (tx, before) => {
    if (before.pausedAt !== null) await markResumed(tx, before.id);
  });
}

/**
 * Its row and its runs stay, so that its history is readable under its key; its key is free for another one.
 * @throws {NoSuchSchedule} {ScheduleChanged} {ReadOnlySchedule}
 */
export function deleteSchedule(context: ChangeContext, idOrKey: string, seen: Seen): Promise<StoredSchedule> {
  return change(context, "DELETE", idOrKey, seen, async (tx, before, now) => {
    refuseEnv(before);
    await markDeleted(tx, before.id, now);
  });
}

/** Locks the row, checks the version, and writes the audit unless `apply` had nothing to change. */
function change(
  { db, clock, who }: ChangeContext,
  action: ChangeAction,
  idOrKey: string,
  { version }: Seen,
  apply: (tx: Transaction, before: StoredSchedule, now: Date) => Promise<void>,
): Promise<StoredSchedule> {
  return db.$transaction(async (tx) => {
    const now = clock.now();
    const before = await lockSchedule(tx, idOrKey);
    if (before === null || before.deletedAt !== null) throw new NoSuchSchedule(idOrKey, before?.deletedAt ?? null);
    if (version !== undefined && version !== before.version)
      throw new ScheduleChanged(before.key, version, before.version);
    await apply(tx, before, now);
    const after = (await lockSchedule(tx, before.id))!;
    if (after.version !== before.version)
      await insertScheduleChange(tx, { action, changedBy: who, changedAt: now, before, after });
    return after;
  });
}

async function save(tx: Transaction, before: StoredSchedule, after: DesiredSchedule, now: Date): Promise<void> {
  if (isSame(before, after)) return;
  await updateSchedules(tx, [{ before, after, restartsClock: restartsClock(before, after) }], byHand(now));
}

const isSame = (before: StoredSchedule, after: DesiredSchedule): boolean =>
  before.name === after.name &&
  before.description === after.description &&
  before.pingUrl === after.pingUrl &&
  toContentHash(before) === toContentHash(after);

/** No beat writes it, so no catalogue decides over it. */
const byHand = (now: Date): Writing => ({ now, catalogueVersion: 0 });

function refuseEnv({ key, source }: StoredSchedule): void {
  if (source === "ENV") throw new ReadOnlySchedule(key);
}
