import { randomUUID } from "node:crypto";

import type { Clock } from "@drumline/core/clock";
import { createYielder } from "@drumline/core/process";
import type { QueueBackend } from "@drumline/core/queue";
import { type TaskDefinition, toRunPolicies } from "@drumline/core/task";
import type { Database, Transaction } from "@drumline/db";

import { type DuplicateGuard, isGuarded } from "../ledger/duplicate-guard.ts";
import { type DispatchableRun, dispatchRuns } from "../dispatch/dispatch-runs.ts";
import { insertRuns } from "../ledger/insert-runs.sql.ts";
import { type NewRun, toDedupeKey } from "../ledger/new-run.ts";
import type { FindTask, Schedule } from "../schedules/schedule.ts";
import { lockSchedules } from "../schedules/schedule-rows.sql.ts";
import { loadOpenRuns, loadWaitingConfigurations, saveLastDue } from "./open-runs.sql.ts";
import { type Occurrence, planOccurrences } from "./plan-occurrences.ts";

export interface AdvanceOptions {
  readonly db: Database;
  readonly backend: QueueBackend;
  readonly clock: Clock;
  readonly findTask: FindTask;
  readonly deduplicate: DuplicateGuard;
}

/** A schedule whose task this beat has. */
interface KnownSchedule {
  readonly schedule: Schedule;
  readonly task: TaskDefinition;
}

interface PlannedSchedule extends KnownSchedule {
  readonly occurrences: readonly Occurrence[];
}

/** A month of downtime makes a hundred rows per schedule: so many rows end a transaction, and its locks with it. */
const ROWS_PER_TRANSACTION = 2_000;

/**
 * Writes every occurrence of these schedules up to now, decided under their locks, dispatches the runs, and answers how
 * many these are. Ticks, lost ticks and downtime all come through here; doing it twice, or in two beats at once, writes
 * nothing twice. A schedule whose task is unknown here is another beat's, and left as it is.
 */
export async function advanceSchedules(options: AdvanceOptions, scheduleIds: readonly string[]): Promise<number> {
  let left: readonly string[] = [...new Set(scheduleIds)];
  let dispatched = 0;
  while (left.length > 0) {
    const { runs, leftIds } = await advanceSome(options, left);
    await dispatchRuns(options.backend, runs);
    dispatched += runs.length;
    left = leftIds;
  }
  return dispatched;
}

function advanceSome(
  options: AdvanceOptions,
  ids: readonly string[],
): Promise<{ readonly runs: readonly DispatchableRun[]; readonly leftIds: readonly string[] }> {
  return options.db.$transaction(async (tx) => {
    const schedules = findKnown(await lockSchedules(tx, ids), options);
    const planned = await planSome(tx, schedules, options);
    const leftIds = schedules.slice(planned.length).map(({ schedule }) => schedule.id);
    const runs = planned.flatMap((each) => each.occurrences.map((occurrence) => toRun(each, occurrence, options)));
    if (runs.length === 0) return { runs: [], leftIds };
    const inserted = await insertRuns(tx, runs);
    if (inserted.length < runs.length) await recordLostRaces(tx, runs, new Set(inserted.map(({ id }) => id)));
    await saveLastDue(
      tx,
      planned
        .filter(({ occurrences }) => occurrences.length > 0)
        .map(({ schedule, occurrences }) => ({ scheduleId: schedule.id, dueAt: latest(occurrences) })),
    );
    const started = inserted.filter(({ status, held }) => status === "SCHEDULED" && !held);
    return { runs: started.map((run) => ({ ...run, dispatchNo: 1, delayMs: 0 })), leftIds };
  });
}

function findKnown(schedules: readonly Schedule[], { findTask }: AdvanceOptions): KnownSchedule[] {
  return schedules.flatMap((schedule) => {
    const task = findTask(schedule.task);
    return schedule.enabled && task?.built === true ? [{ schedule, task }] : [];
  });
}

/** As many of the schedules, in their order, as one transaction takes. */
async function planSome(
  tx: Transaction,
  schedules: readonly KnownSchedule[],
  { clock, deduplicate }: AdvanceOptions,
): Promise<PlannedSchedule[]> {
  const open = await loadOpenRuns(
    tx,
    schedules.map(({ schedule }) => schedule.id),
  );
  const keys = schedules.map(({ schedule }) => toDedupeKey(schedule.task, schedule.args, false));
  const guarded = schedules.map(({ task }) => isGuarded(deduplicate, task.queue));
  const waiting = await loadWaitingConfigurations(
    tx,
    keys.filter((_, index) => guarded[index]),
  );
  const now = clock.now();
  const pause = createYielder();
  const planned: PlannedSchedule[] = [];
  let rows = 0;
  for (const [index, known] of schedules.entries()) {
    if (rows >= ROWS_PER_TRANSACTION) break;
    await pause();
    const occurrences = planOccurrences({
      schedule: known.schedule,
      now,
      open: open.get(known.schedule.id) ?? [],
      duplicates: !guarded[index] ? "allowed" : waiting.has(keys[index]!) ? "waiting" : "refused",
    });
    planned.push({ ...known, occurrences });
    rows += occurrences.length;
  }
  return planned;
}

function toRun({ schedule, task }: KnownSchedule, occurrence: Occurrence, { deduplicate }: AdvanceOptions): NewRun {
  const isRun = occurrence.kind === "run";
  // Held runs line up on purpose, so they are not duplicates of each other.
  const guarded = isRun && isGuarded(deduplicate, task.queue) && !occurrence.held;
  return {
    id: randomUUID(),
    scheduleId: schedule.id,
    task: task.name,
    queue: task.queue,
    args: schedule.args,
    origin: isRun ? occurrence.origin : "SCHEDULE",
    status: isRun ? "SCHEDULED" : occurrence.status,
    reasonCode: isRun ? null : occurrence.code,
    reason: isRun ? null : occurrence.reason,
    occurrences: isRun ? 1 : occurrence.occurrences,
    dueAt: occurrence.dueAt,
    clockAt: null,
    dryRun: false,
    held: isRun && occurrence.held,
    dedupeKey: guarded ? toDedupeKey(schedule.task, schedule.args, false) : null,
    ...toRunPolicies(schedule),
    parentId: null,
    chunkNo: null,
    requestedBy: null,
  };
}

/** A run that another start of the same configuration beat to the index is still an occurrence: it gets its row, with the reason. */
async function recordLostRaces(tx: Transaction, runs: readonly NewRun[], inserted: ReadonlySet<string>): Promise<void> {
  const lost = runs.filter(({ id, status }) => status === "SCHEDULED" && !inserted.has(id));
  await insertRuns(
    tx,
    lost.map((run) => ({
      ...run,
      id: randomUUID(),
      status: "SKIPPED",
      dedupeKey: null,
      held: false,
      reasonCode: "DUPLICATE",
      reason: "a run with the same configuration was started at the same moment",
    })),
  );
}

const latest = (occurrences: readonly Occurrence[]): Date =>
  new Date(Math.max(...occurrences.map(({ dueAt }) => dueAt.getTime())));
