import { randomUUID } from "node:crypto";

import type { Clock } from "@drumline/core/clock";
import type { Database, Transaction } from "@drumline/db";

import type { DispatchableRun } from "../dispatch/dispatch-runs.ts";
import { insertRuns } from "../ledger/insert-runs.sql.ts";
import { type NewRun, toDedupeKey } from "../ledger/new-run.ts";
import type { FindTask, Schedule } from "../schedules/schedule.ts";
import { lockSchedules } from "../schedules/schedule-rows.sql.ts";
import { loadOpenRuns, loadWaitingConfigurations, saveLastDue } from "./open-runs.sql.ts";
import { type Occurrence, planOccurrences } from "./plan-occurrences.ts";

export interface AdvanceOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly findTask: FindTask;
  /** `DEDUPLICATE_SCHEDULED_RUNS` */
  readonly deduplicate: boolean;
}

/**
 * Writes every occurrence of these schedules up to now, decided under their locks, and returns the runs to dispatch.
 * Ticks, lost ticks and downtime all come through here; doing it twice, or in two beats at once, writes nothing twice.
 */
export async function advanceSchedules(
  options: AdvanceOptions,
  scheduleIds: readonly string[],
): Promise<DispatchableRun[]> {
  const ids = [...new Set(scheduleIds)];
  return options.db.$transaction(async (tx) => {
    const schedules = (await lockSchedules(tx, ids)).filter(({ enabled }) => enabled);
    const planned = await planEach(tx, schedules, options);
    const runs = planned.flatMap(({ schedule, occurrences }) =>
      occurrences.map((occurrence) => toRun(schedule, occurrence, options)),
    );
    if (runs.length === 0) return [];
    const inserted = await insertRuns(tx, runs);
    if (inserted.length < runs.length) await recordLostRaces(tx, runs, new Set(inserted.map(({ id }) => id)));
    await saveLastDue(
      tx,
      planned
        .filter(({ occurrences }) => occurrences.length > 0)
        .map(({ schedule, occurrences }) => ({ scheduleId: schedule.id, dueAt: latest(occurrences) })),
    );
    return inserted
      .filter(({ status, held }) => status === "SCHEDULED" && !held)
      .map((run) => ({ ...run, dispatchNo: 1, delayMs: 0 }));
  });
}

async function planEach(tx: Transaction, schedules: readonly Schedule[], { clock, deduplicate }: AdvanceOptions) {
  const open = await loadOpenRuns(
    tx,
    schedules.map(({ id }) => id),
  );
  const keys = schedules.map(({ task, args }) => toDedupeKey(task, args, false));
  const waiting = deduplicate ? await loadWaitingConfigurations(tx, keys) : null;
  const now = clock.now();
  return schedules.map((schedule, index) => ({
    schedule,
    occurrences: planOccurrences({
      schedule,
      now,
      open: open.get(schedule.id) ?? [],
      duplicates: waiting === null ? "allowed" : waiting.has(keys[index]!) ? "waiting" : "refused",
    }),
  }));
}

function toRun(schedule: Schedule, occurrence: Occurrence, { findTask, deduplicate }: AdvanceOptions): NewRun {
  const isRun = occurrence.kind === "run";
  // Held runs line up on purpose, so they are not duplicates of each other.
  const guarded = isRun && deduplicate && !occurrence.held;
  return {
    id: randomUUID(),
    scheduleId: schedule.id,
    task: schedule.task,
    queue: findTask(schedule.task)?.queue ?? "unknown",
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
    maxAttempts: schedule.retries + 1,
    backoffMs: schedule.backoffMs,
    timeoutMs: schedule.timeoutMs,
    priority: schedule.priority,
    recordLimit: schedule.recordLimit,
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
