import { setTimeout as delay } from "node:timers/promises";

import { DAY_MS, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import type { ResolvedSchedule } from "@drumline/core/scheduling";
import { dueWithin, type ReplayEnvironment, runTasks } from "@drumline/replay";

import type { Dice } from "../dice.ts";
import { endClaims } from "./claims.sql.ts";
import type { Journal } from "./journal.ts";
import type { ShopOutside } from "./outside.ts";
import type { Act } from "./plan-story.ts";
import { playStory } from "./play-story.ts";

/** Everybody who takes part in the days of one shop. */
export interface Cast {
  readonly environment: ReplayEnvironment;
  readonly outside: ShopOutside;
  readonly schedules: readonly ResolvedSchedule[];
  readonly journals: readonly Journal[];
  readonly dice: Dice;
  /** Share of steps in which a worker is killed. */
  readonly kills: number;
  readonly faults: number;
}

export interface ShopTime {
  readonly from: Date;
  at: Date;
  steps: number;
  killed: number;
}

const NEWS_MS = 10 * HOUR_MS;
const HOURLY_UNTIL_MS = 30 * HOUR_MS;
/** Mollie's payments are asked for three days after their end, and parcels are on their way for three at most. */
const END_MS = 6 * DAY_MS;
const LATEST_KILL_MS = 600;
/** A webhook takes no longer once its time has come. */
const HOOK_WAIT_MS = 5_000;

/** Step by step through the days of all stories; what a step brings and what the tasks do happen at once. */
export async function live(cast: Cast, time: ShopTime): Promise<void> {
  const left = new Map(cast.journals.map((journal) => [journal, journal.story.acts]));
  await switchTrouble(cast, true);
  for (let ageMs = 0; ageMs < END_MS; ageMs = time.at.getTime() - time.from.getTime()) {
    const isNews = ageMs < NEWS_MS;
    if (!isNews && ageMs >= HOURLY_UNTIL_MS) await switchTrouble(cast, false);
    await step(cast, time, new Date(time.at.getTime() + stepMs(cast.dice, ageMs)), left);
  }
  await heard(cast);
  // What the last webhooks woke is looked at, and what comes of that.
  for (let last = 0; last < 2; last += 1) await step(cast, time, new Date(time.at.getTime() + DAY_MS), left);
}

function stepMs(dice: Dice, ageMs: number): number {
  if (ageMs < NEWS_MS) return Math.round((5 + dice.roll() * 25) * MINUTE_MS);
  return (ageMs < HOURLY_UNTIL_MS ? 2 : 8) * HOUR_MS;
}

async function step(cast: Cast, time: ShopTime, next: Date, left: Map<Journal, readonly Act[]>): Promise<void> {
  const { environment, outside, schedules, journals, dice } = cast;
  const { db, sandbox } = environment;
  await sandbox.showTime(next);
  const age = (next.getTime() - time.from.getTime()) / MINUTE_MS;
  const due = dueWithin(schedules, { anchor: time.from, after: time.at, until: next });
  // Two workers are at the same work as often as not.
  const runs = dice.shuffle(due.flatMap((run) => (dice.roll() < 0.5 ? [run, run] : [run])));
  time.at = next;
  const stage = { db, outside, now: next };
  const played = journals.map(async (journal) => {
    const acts = left.get(journal)!;
    const again = await playStory(stage, journal, { acts: acts.filter(({ at }) => at <= age), from: time.from });
    left.set(journal, [...again, ...acts.filter(({ at }) => at > age)]);
  });
  await Promise.all([...played, runTasks(environment, runs, next), maybeKill(cast, time)]);
  // Claims and half-sent mails age by the real clock, and the story's has gone on by minutes.
  await endClaims(db);
  time.steps += 1;
}

async function maybeKill({ environment, dice, kills }: Cast, time: ShopTime): Promise<void> {
  const [isKilled, afterMs, name] = [dice.roll() < kills, dice.roll() * LATEST_KILL_MS, dice.pick(environment.workers)];
  if (!isKilled) return;
  await delay(afterMs);
  environment.killWorker(name);
  time.killed += 1;
}

async function switchTrouble({ environment, outside, faults }: Cast, isOn: boolean): Promise<void> {
  await outside.ask(
    "PUT",
    "/payment-webhooks",
    isOn ? { lose: 0.2, double: 0.2, delaySeconds: 1_800, disorder: true } : {},
  );
  await environment.sandbox.setFaults(isOn ? toFaults(faults) : []);
}

/** Answers that break off after the work was done, resets and errors; every third call of the mail service is slow, so that kills meet it. */
function toFaults(share: number): object[] {
  const slow = ["/aws/ses", "/mollie", "/api/v1/carriers"].map((match) => ({
    match,
    kind: "slow",
    delayMs: 20,
    rate: 0.3,
  }));
  if (share === 0) return slow;
  const faults = ["/mollie/v2/payments/", "/api/v1/carriers/"].flatMap((match) => [
    { match, kind: "status", status: 503, rate: share * 0.3 },
    { match, kind: "reset", rate: share * 0.2 },
    { match, kind: "truncate", rate: share * 0.5 },
  ]);
  return [...slow, ...faults];
}

async function heard({ outside }: Cast): Promise<void> {
  const until = performance.now() + HOOK_WAIT_MS;
  while (performance.now() < until) {
    const { waiting } = await outside.ask<{ waiting: number }>("GET", "/payment-webhooks");
    if (waiting === 0) break;
    await delay(50);
  }
  // What is under way is taken by then.
  await delay(200);
}
