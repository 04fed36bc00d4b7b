import { type Clock, systemClock } from "@drumline/core/clock";
import type { Log } from "@drumline/core/log";
import type { MetricFamily } from "@drumline/core/process";
import { BEAT_QUEUE, type QueueBackend } from "@drumline/core/queue";
import type { Database } from "@drumline/db";

import { toBeatMetrics } from "./beat-metrics.ts";
import type { DuplicateGuard } from "./ledger/duplicate-guard.ts";
import { startHeartbeat } from "./heartbeat/heartbeat.ts";
import { sweep } from "./repair/sweep.ts";
import { repeatEvery } from "./repeat-every.ts";
import type { ScheduleChanges } from "./schedules/plan-schedule-changes.ts";
import type { DesiredSchedule, FindTask } from "./schedules/schedule.ts";
import { createScheduleReconciler } from "./schedules/reconcile-schedules.ts";
import { consumeTicks } from "./tick/consume-ticks.ts";
import type { TickTimer } from "./schedules/tick-timer.ts";

/** What a beat keeps the time of, and how often it looks. */
export interface BeatOptions {
  readonly db: Database;
  readonly backend: QueueBackend;
  readonly log: Log;
  readonly tickTimer: TickTimer;
  readonly clock?: Clock;
  /** The ENV schedules; API rows are read from the ledger. */
  readonly desired: readonly DesiredSchedule[];
  readonly findTask: FindTask;
  /** Of the catalogue behind `findTask`: the newest among the living beats decides over ENV schedules. */
  readonly catalogueVersion: number;
  readonly deduplicate: DuplicateGuard;
  /** BullMQ is compared with the ledger this often, besides at every change of a schedule. */
  readonly reconcileEveryMs: number;
  readonly repairEveryMs: number;
  /** A run that waits longer is looked up on the queue. */
  readonly silentForMs: number;
}

/** A beat that keeps the time until it is stopped. */
export interface RunningBeat {
  /** What its start changed in the ENV schedules; nothing while a beat with a newer catalogue lives. */
  readonly changes: ScheduleChanges;
  /** What it has done since it started, for Prometheus. */
  metrics(): readonly MetricFamily[];
  stop(): Promise<void>;
}

const WATCH_EVERY_MS = 2_000;
const TICK_WITHIN_MS = 3_000;

/** Keeps the time. Any number of beats may run at once: the unique row per occurrence decides, not a leader. */
export async function startBeat(options: BeatOptions): Promise<RunningBeat> {
  const { db, backend, log, tickTimer, desired, catalogueVersion, clock = systemClock } = options;
  const enabled = desired.filter((schedule) => schedule.enabled).length;
  let ticks = 0;
  let reconciledAt: Date | null = null;
  // Before anything is written, so that an older beat that starts at the same moment sees this one.
  const heartbeat = await startHeartbeat({
    db,
    log,
    kind: "beat",
    everyMs: 5_000,
    info: () => ({ schedules: enabled, catalogue: catalogueVersion }),
  });
  try {
    const schedules = createScheduleReconciler({ ...options, clock });
    const reconcile = async () => {
      const changed = await schedules.reconcile();
      reconciledAt = clock.now();
      return changed;
    };
    const changes = await reconcile();
    tickTimer.listen(() => void backend.wake(BEAT_QUEUE).catch(() => {}));
    const consumer = consumeTicks({ ...options, clock }, (count) => (ticks += count));
    await consumer.waitUntilReady();
    const watching = repeatEvery(WATCH_EVERY_MS, "reconciling schedules", log, reconcile);
    const repair = () => sweep({ ...options, clock, tickWithinMs: TICK_WITHIN_MS });
    // At once: what fell due while no beat ran need not wait for the first pause to end.
    const repairing = repeatEvery(options.repairEveryMs, "repairing the ledger", log, repair, 0);
    return {
      changes: changes ?? NO_CHANGES,
      metrics: () => toBeatMetrics(enabled, { ticks, reconciledAt }),
      stop: async () => {
        tickTimer.stop();
        await Promise.all([watching.stop(), repairing.stop()]);
        await consumer.close();
        await heartbeat.stop();
      },
    };
  } catch (error) {
    await heartbeat.stop();
    throw error;
  }
}

const NO_CHANGES: ScheduleChanges = { added: [], changed: [], removed: [], unchanged: [] };
