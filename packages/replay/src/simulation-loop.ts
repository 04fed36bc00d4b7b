import { setTimeout as delay } from "node:timers/promises";

import { DAY_MS } from "@drumline/core/clock";
import type { ResolvedSchedule } from "@drumline/core/scheduling";
import { hasUndeliveredEvents } from "@drumline/events/deliveries";
import { loadHasWork, loadOpenWork } from "@drumline/oms/has-work";

import { chooseRuns } from "./choose-runs.ts";
import { dueWithin } from "./due-schedules.ts";
import { simulateRetailStores, type StoreCounts } from "./simulate-retail-stores.ts";
import type { ReplayOptions } from "./replay-options.ts";
import type { ReplayEnvironment } from "./replay-environment.ts";
import { runTasks } from "./run-tasks.ts";

export interface Simulation {
  readonly from: Date;
  readonly to: Date;
  readonly steps: number;
  /** Steps in which nothing could happen, and which were left out. */
  readonly skipped: number;
  /** Schedules that were due and for whose task nothing waited; each ran once a virtual day all the same. */
  readonly idle: number;
  readonly actions: Readonly<Record<"packed" | "sent" | "missing" | "refused", number>>;
}

export interface SimulationProgress {
  readonly at: Date;
  readonly orders: number;
  readonly ordersTotal: number;
  readonly steps: number;
}

const LEASES_LAST_MS = 250;

/** After the last event outside. A parcel can be under way for half a year, and parcels that are lost fall silent for a month before they are given up. */
const PATIENCE_MS = 75 * DAY_MS;

/**
 * Walks through the dataset's time in steps. In each, the sandbox moves to the step's end, the stores do their work,
 * and every schedule that fell due and has work, or has not run for a day, runs once, on that instant, through the real
 * queues and workers.
 */
export async function runSimulation(
  environment: ReplayEnvironment,
  schedules: readonly ResolvedSchedule[],
  { stepMs, idleRuns }: ReplayOptions,
  onProgress: (progress: SimulationProgress) => void,
): Promise<Simulation> {
  const { db, sandbox } = environment;
  const from = startOf(new Date((await sandbox.state()).virtualNow), stepMs);
  const counts = { packed: 0, sent: 0, missing: 0, refused: 0 };
  let steps = 0;
  let skipped = 0;
  let at = from;
  let lastChangeAt = from;
  let nextAt: string | null = from.toISOString();
  let wasNews = false;
  let idle = 0;
  const lastRunAt = new Map<string, number>();
  for (;;) {
    const after = at;
    at = new Date(at.getTime() + stepMs);
    const state = await sandbox.showTime(at);
    const actions = await simulateRetailStores(db, sandbox, at);
    add(counts, actions);
    const isNews = nextAt !== null && Date.parse(nextAt) <= at.getTime();
    const due = dueWithin(schedules, { anchor: from, after, until: at });
    const hasWork = idleRuns ? null : await loadHasWork(db, at);
    const runs = chooseRuns(due, { at, isNews: isNews || wasNews, hasWork, lastRunAt });
    await runTasks(environment, runs, at);
    idle += due.length - runs.length;
    wasNews = isNews;
    steps += 1;
    onProgress({ at, orders: state.ordersVisible, ordersTotal: state.ordersTotal, steps });

    const [outside, work, hasUndelivered] = await Promise.all([
      sandbox.state(),
      loadOpenWork(db),
      hasUndeliveredEvents(db),
    ]);
    const isUndelivered = work.untold || hasUndelivered;
    nextAt = outside.nextAt;
    if (nextAt !== null || actions.later > 0) lastChangeAt = at;
    if (outside.parcelsMoveUntil !== null) lastChangeAt = latest(lastChangeAt, new Date(outside.parcelsMoveUntil));
    const isIdle = !work.open && !isUndelivered && actions.later === 0 && actions.packed + actions.missing === 0;
    if (nextAt === null && (isIdle || at.getTime() - lastChangeAt.getTime() > PATIENCE_MS))
      return { from, to: at, steps, skipped, idle, actions: counts };
    // A killed worker's deliveries are leased by the real clock.
    if (nextAt === null && !work.open && isUndelivered) await delay(LEASES_LAST_MS);
    if (!isIdle || nextAt === null) continue;
    const empty = Math.max(0, Math.ceil((Date.parse(nextAt) - at.getTime()) / stepMs) - 1);
    skipped += empty;
    at = new Date(at.getTime() + empty * stepMs);
  }
}

/** Steps end at round instants, so that a 6 h step ends at midnight and at noon. */
const startOf = (instant: Date, stepMs: number): Date => new Date(Math.floor(instant.getTime() / stepMs) * stepMs);

const latest = (one: Date, other: Date): Date => (one.getTime() > other.getTime() ? one : other);

function add(counts: Record<"packed" | "sent" | "missing" | "refused", number>, actions: StoreCounts): void {
  for (const key of ["packed", "sent", "missing", "refused"] as const) counts[key] += actions[key];
}
