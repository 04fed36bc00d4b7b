import { setTimeout as delay } from "node:timers/promises";

import { DAY_MS, MINUTE_MS } from "@drumline/core/clock";
import type { ResolvedSchedule } from "@drumline/core/scheduling";
import { hasUndeliveredEvents } from "@drumline/events/deliveries";
import { loadHasWork, loadOpenWork } from "@drumline/oms/has-work";
import { chooseRuns, dueWithin, type ReplayEnvironment, runTasks } from "@drumline/replay";

import type { LateWebhooks } from "./late-webhooks.ts";
import type { News } from "./news.ts";
import { isAnyClaimed, loadLastTransition } from "./observed.sql.ts";
import { playStores, type StoresPlayed } from "./play-stores.ts";
import type { LifeEvent } from "./plan-life.ts";

/** Everybody who takes part. */
export interface Cast {
  readonly environment: ReplayEnvironment;
  readonly schedules: readonly ResolvedSchedule[];
  readonly seed: number;
  readonly events: readonly LifeEvent[];
  readonly news: News;
  readonly webhooks: LateWebhooks;
  readonly stores: StoresPlayed;
  readonly places: readonly string[];
  readonly print: (line: string) => void;
}

/** Where life is. */
export interface LifeTime {
  readonly from: Date;
  at: Date;
  steps: number;
  readonly lastRunAt: Map<string, number>;
}

const STEP_MS = 30 * MINUTE_MS;
/** The generator's pace. */
const ORDERS_PER_DAY = 500;
/** After the last order, news still come about those that are packed, under way and delivered. */
const TAIL_MS = 2 * DAY_MS;
const CALM_STEP_MS = DAY_MS;
/** A parcel that is lost falls silent for a month before it is given up. */
const SILENCE_MS = 35 * DAY_MS;
const LONGEST_CALM_MS = 150 * DAY_MS;
const SAY_EVERY_STEPS = 20;
const LEASES_LAST_MS = 250;
const CLAIMS_ASKED_EVERY_MS = 1_000;

/** Step by step until every order has come and all news are told; stores, webhooks and tasks are at work at once. */
export async function live(cast: Cast, time: LifeTime, orders: number): Promise<void> {
  const { environment, events, news, print } = cast;
  const lengthMs = (orders / ORDERS_PER_DAY) * DAY_MS + TAIL_MS;
  let played = 0;
  for (let isLeft = true; isLeft;) {
    const next = new Date(time.at.getTime() + STEP_MS);
    const { ordersVisible } = await environment.sandbox.showTime(next);
    const share = (next.getTime() - time.from.getTime()) / lengthMs;
    const due = events.slice(played).filter(({ at }) => at <= share);
    played += due.length;
    await news.play(next, due, ordersVisible);
    await step(cast, time, next, false);
    isLeft = ordersVisible < orders || played < events.length || news.waiting > 0;
    if (time.steps % SAY_EVERY_STEPS === 0)
      print(
        `  ${next.toISOString().slice(0, 16)}  ${ordersVisible} of ${orders} orders, ${played} of ${events.length} news`,
      );
  }
}

/** Nothing new comes, and everybody works well, until nothing moves any more. Null, or why it did not come to that. */
export async function calmDown(cast: Cast, time: LifeTime): Promise<string | null> {
  const { environment, print } = cast;
  const { db, sandbox } = environment;
  // A killed worker's claims end by the real clock, and many days of calm pass within one.
  while (await isAnyClaimed(db)) await delay(CLAIMS_ASKED_EVERY_MS);
  const until = time.at.getTime() + LONGEST_CALM_MS;
  let last = await loadLastTransition(db);
  let changedAt = time.at.getTime();
  for (;;) {
    const next = new Date(time.at.getTime() + CALM_STEP_MS);
    await sandbox.showTime(next);
    const acts = await step(cast, time, next, true);
    const [work, isUndelivered, now] = await Promise.all([
      loadOpenWork(db),
      hasUndeliveredEvents(db),
      loadLastTransition(db),
    ]);
    if (now !== last || work.untold || isUndelivered) changedAt = next.getTime();
    last = now;
    // A killed worker's deliveries are leased by the real clock.
    if (isUndelivered) await delay(LEASES_LAST_MS);
    const isIdle = !work.open && !work.untold && !isUndelivered && acts === 0;
    if (isIdle || next.getTime() - changedAt > SILENCE_MS) return null;
    if (next.getTime() > until)
      return `things still move ${LONGEST_CALM_MS / DAY_MS} days after the last news: ${JSON.stringify(work)}`;
    if (time.steps % SAY_EVERY_STEPS === 0) print(`  ${next.toISOString().slice(0, 16)}  calm`);
  }
}

/** Commands that were carried out in it. */
async function step(cast: Cast, time: LifeTime, next: Date, isCalm: boolean): Promise<number> {
  const { environment, schedules, seed, places, stores, webhooks } = cast;
  const { db } = environment;
  const due = dueWithin(schedules, { anchor: time.from, after: time.at, until: next });
  const hasWork = await loadHasWork(db, next);
  const runs = chooseRuns(due, { at: next, isNews: !isCalm, hasWork, lastRunAt: time.lastRunAt });
  const moment = { seed, step: time.steps, at: next, isCalm, places };
  const [acts] = await Promise.all([
    playStores(db, moment, stores),
    webhooks.send(db, next),
    runTasks(environment, runs, next),
  ]);
  time.at = next;
  time.steps += 1;
  return acts;
}
