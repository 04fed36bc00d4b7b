import { setTimeout as delay } from "node:timers/promises";

import { DAY_MS } from "@drumline/core/clock";
import type { ResolvedSchedule } from "@drumline/core/scheduling";

import { chooseRuns } from "./choose-runs.ts";
import { dueWithin } from "./due-schedules.ts";
import { playStores, type StoreDeeds } from "./play-stores.ts";
import { loadStirringWork } from "./quiet.sql.ts";
import type { ReplayOptions } from "./replay-options.ts";
import type { ReplayStage } from "./replay-stage.ts";
import { runTasks } from "./run-tasks.ts";
import { loadWaitingFor } from "./waiting-for.sql.ts";

export interface Walk {
  readonly from: Date;
  readonly to: Date;
  readonly steps: number;
  /** Steps in which nothing could happen, and which were left out. */
  readonly skipped: number;
  /** Schedules that were due and for whose task nothing waited; each ran once a virtual day all the same. */
  readonly idle: number;
  readonly deeds: Readonly<Record<"packed" | "sent" | "missing" | "refused", number>>;
}

export interface WalkProgress {
  readonly at: Date;
  readonly orders: number;
  readonly ordersTotal: number;
  readonly steps: number;
}

const LEASES_LAST_MS = 250;

/** Beyond the last thing that happens outside. A parcel can be under way for half a year, and parcels that are lost fall silent for a month before they are given up. */
const PATIENCE_MS = 75 * DAY_MS;

/**
 * Walks through the dataset's time in steps. In each, the world outside moves to the step's end, the stores do their work,
 * and every schedule that fell due and has work, or has not run for a day, runs once, on that instant, through the real
 * queues and workers.
 */
export async function walk(
  stage: ReplayStage,
  schedules: readonly ResolvedSchedule[],
  { stepMs, idleRuns }: ReplayOptions,
  onProgress: (progress: WalkProgress) => void,
): Promise<Walk> {
  const { db, outside } = stage;
  const from = startOf(new Date((await outside.state()).virtualNow), stepMs);
  const counts = { packed: 0, sent: 0, missing: 0, refused: 0 };
  let steps = 0;
  let skipped = 0;
  let at = from;
  let stirredAt = from;
  let nextAt: string | null = from.toISOString();
  let wasNews = false;
  let idle = 0;
  const lastRunAt = new Map<string, number>();
  for (;;) {
    const after = at;
    at = new Date(at.getTime() + stepMs);
    const state = await outside.showTime(at);
    const deeds = await playStores(db, outside, at);
    add(counts, deeds);
    const isNews = nextAt !== null && Date.parse(nextAt) <= at.getTime();
    const due = dueWithin(schedules, { anchor: from, after, until: at });
    const waits = idleRuns ? null : await loadWaitingFor(db, at);
    const runs = chooseRuns(due, { at, isNews: isNews || wasNews, waits, lastRunAt });
    await runTasks(stage, runs, at);
    idle += due.length - runs.length;
    wasNews = isNews;
    steps += 1;
    onProgress({ at, orders: state.ordersVisible, ordersTotal: state.ordersTotal, steps });

    const [world, work] = await Promise.all([outside.state(), loadStirringWork(db)]);
    nextAt = world.nextAt;
    if (nextAt !== null || deeds.later > 0) stirredAt = at;
    if (world.parcelsMoveUntil !== null) stirredAt = latest(stirredAt, new Date(world.parcelsMoveUntil));
    const isQuiet = !work.open && !work.undelivered && deeds.later === 0 && deeds.packed + deeds.missing === 0;
    if (nextAt === null && (isQuiet || at.getTime() - stirredAt.getTime() > PATIENCE_MS))
      return { from, to: at, steps, skipped, idle, deeds: counts };
    // A killed worker's deliveries are leased by the real clock.
    if (nextAt === null && !work.open && work.undelivered) await delay(LEASES_LAST_MS);
    if (!isQuiet || nextAt === null) continue;
    const empty = Math.max(0, Math.ceil((Date.parse(nextAt) - at.getTime()) / stepMs) - 1);
    skipped += empty;
    at = new Date(at.getTime() + empty * stepMs);
  }
}

/** Steps end at round instants, so that a 6 h step ends at midnight and at noon. */
const startOf = (instant: Date, stepMs: number): Date => new Date(Math.floor(instant.getTime() / stepMs) * stepMs);

const latest = (one: Date, other: Date): Date => (one.getTime() > other.getTime() ? one : other);

function add(counts: Record<"packed" | "sent" | "missing" | "refused", number>, deeds: StoreDeeds): void {
  for (const key of ["packed", "sent", "missing", "refused"] as const) counts[key] += deeds[key];
}
