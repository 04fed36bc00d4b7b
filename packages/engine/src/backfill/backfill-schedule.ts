import { randomUUID } from "node:crypto";

import type { QueueBackend } from "@drumline/core/queue";
import { dueBetween } from "@drumline/core/scheduling";
import { type TaskDefinition, toRunPolicies } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { parseTaskArgs } from "@drumline/tasks";

import { dispatchRuns } from "../dispatch/dispatch-runs.ts";
import { insertRuns } from "../ledger/insert-runs.sql.ts";
import { type NewRun, newRunOf } from "../ledger/new-run.ts";
import { releaseHeld } from "../run/endings.sql.ts";
import { NoSuchSchedule, RefusedSchedule, ScheduleChanged } from "../schedules/refusals.ts";
import type { StoredSchedule } from "../schedules/schedule.ts";
import { loadSchedule } from "../schedules/schedule-rows.sql.ts";
import { loadLedgerStart, loadRunStates } from "./run-states.sql.ts";

export interface BackfillWish {
  /** Both belong to the range. */
  readonly from: Date;
  readonly to: Date;
  /** Runs created at most, the oldest first. */
  readonly max: number;
  /** Say which runs would be created, and create none. */
  readonly dryRun: boolean;
  readonly who: string;
  /** The version the caller has seen; left out by those who want it whatever it is. */
  readonly version?: number | undefined;
}

/** What a backfill found and made. */
export interface Backfill {
  readonly schedule: string;
  /** The end of the range that was looked at: no later than the last occurrence that beat has decided. */
  readonly until: Date;
  /** Occurrences that get a run; without an id in a dry run. */
  readonly runs: readonly { readonly dueAt: Date; readonly runId: string | null }[];
  /** Occurrences that have a finished run, or one that is open. */
  readonly finished: number;
  readonly open: number;
  /** Where to go on, when `max` runs were found before the end; null when the whole range was looked at. */
  readonly nextFrom: Date | null;
  /** Set when the range begins before the ledger does: what ran before this instant was deleted, and counts as not run. */
  readonly ledgerSince: Date | null;
}

export interface BackfillContext {
  readonly db: Database;
  readonly backend: QueueBackend;
  readonly tasks: readonly TaskDefinition[];
  readonly now: Date;
}

const PAGE = 1_000;
/** Occurrences one call looks at; a schedule of every second has as many in a day. */
const MOST_LOOKED_AT = 100_000;

/**
 * Creates a run for every occurrence in a range that has no finished and no open one. Each is a row of its own (origin
 * BACKFILL, its clock at the instant that was due), so that a row that says MISSED or SKIPPED stays as it is, and doing it
 * twice adds nothing. The runs line up behind each other unless the schedule's overlap policy is `allow`; its clock does
 * not move, and occurrences that beat has not decided yet are left to it.
 * @throws {NoSuchSchedule} {ScheduleChanged}
 * @throws {RefusedSchedule} when its task cannot run, its arguments no longer fit, or the range is none
 */
export async function backfillSchedule(
  { db, backend, tasks, now }: BackfillContext,
  idOrKey: string,
  wish: BackfillWish,
): Promise<Backfill> {
  const schedule = await loadSchedule(db, idOrKey);
  if (schedule === null || schedule.deletedAt !== null) throw new NoSuchSchedule(idOrKey, schedule?.deletedAt ?? null);
  if (wish.version !== undefined && wish.version !== schedule.version)
    throw new ScheduleChanged(schedule.key, wish.version, schedule.version);
  const definition = tasks.find(({ name }) => name === schedule.task);
  if (definition?.built !== true) {
    const problem = `${schedule.task} is not implemented in this version: no worker can run it`;
    throw new RefusedSchedule([{ where: "task", problem }]);
  }
  parseTaskArgs(definition, schedule.args);
  checkRange(wish, now);
  const until = new Date(Math.min(wish.to.getTime(), decidedUntil(schedule, now).getTime()));
  const found = await findMissing(db, schedule, wish, until);
  const ledgerStart = await loadLedgerStart(db);
  const isBeforeLedger = ledgerStart !== null && wish.from < ledgerStart && schedule.createdAt < ledgerStart;
  const answer = {
    schedule: schedule.key,
    until,
    finished: found.finished,
    open: found.open,
    nextFrom: found.nextFrom,
    ledgerSince: isBeforeLedger ? ledgerStart : null,
  };
  if (wish.dryRun) return { ...answer, runs: found.missing.map((dueAt) => ({ dueAt, runId: null })) };

  const runs = found.missing.map((dueAt) => toRun(schedule, definition, dueAt, wish.who));
  const inserted = await insertRuns(db, runs);
  const ready = inserted.filter(({ held }) => !held).map((run) => ({ ...run, dispatchNo: 1, delayMs: 0 }));
  await dispatchRuns(backend, [...ready, ...(await releaseHeld(db, [schedule.id]))]);
  const created = new Set(inserted.map(({ id }) => id));
  return {
    ...answer,
    runs: runs.filter(({ id }) => created.has(id)).map(({ id, clockAt }) => ({ dueAt: clockAt!, runId: id })),
  };
}

function checkRange({ from, to }: BackfillWish, now: Date): void {
  if (to < from) throw new RefusedSchedule([{ where: "to", problem: `lies before from (${from.toISOString()})` }]);
  if (to > now)
    throw new RefusedSchedule([{ where: "to", problem: `lies in the future; now is ${now.toISOString()}` }]);
}

/** What falls due after this instant is beat's to decide; a schedule that is off has nobody who decides. */
function decidedUntil({ enabled, anchorAt, lastDueAt }: StoredSchedule, now: Date): Date {
  if (!enabled) return now;
  return new Date(Math.max(anchorAt.getTime(), lastDueAt?.getTime() ?? 0));
}

/** Occurrences without a finished or open run, oldest first, and how many have one. */
async function findMissing(db: Database, { id, trigger, anchorAt }: StoredSchedule, wish: BackfillWish, until: Date) {
  const missing: Date[] = [];
  const counts = { finished: 0, open: 0 };
  let after = new Date(wish.from.getTime() - 1);
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += PAGE) {
    const page = dueBetween(trigger, anchorAt, after, until, PAGE);
    if (page.length === 0) return { missing, ...counts, nextFrom: null };
    const states = await loadRunStates(db, id, page[0]!, page.at(-1)!);
    for (const dueAt of page) {
      const state = states.get(dueAt.getTime());
      if (state !== undefined) counts[state] += 1;
      else if (missing.length === wish.max) return { missing, ...counts, nextFrom: dueAt };
      else missing.push(dueAt);
    }
    if (page.length < PAGE) return { missing, ...counts, nextFrom: null };
    after = page.at(-1)!;
  }
  return { missing, ...counts, nextFrom: new Date(after.getTime() + 1) };
}

function toRun(schedule: StoredSchedule, definition: TaskDefinition, dueAt: Date, who: string): NewRun {
  return newRunOf(definition, {
    id: randomUUID(),
    args: schedule.args,
    origin: "BACKFILL",
    scheduleId: schedule.id,
    clockAt: dueAt,
    held: schedule.overlap !== "allow",
    ...toRunPolicies(schedule),
    requestedBy: who,
  });
}
