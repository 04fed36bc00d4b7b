import { DAY_MS, HOUR_MS } from "@drumline/core/clock";
import { resolveEnvSchedules } from "@drumline/core/scheduling";
import type { Database } from "@drumline/db";
import { openReplayEnvironment, type ReplayEnvironment } from "@drumline/replay";
import { saveProduct } from "@drumline/shop/commands";
import { catalogue } from "@drumline/tasks";

import { diceOf } from "../dice.ts";
import { live, type ShopTime } from "./drive.ts";
import { type Journal, openJournal } from "./journal.ts";
import { judgeStory } from "./judge-story.ts";
import { loadUnfinishedRuns, observe, type StorySeen } from "./observe.ts";
import type { ShopLifeOptions } from "./options.ts";
import { openShopOutside, type ShopOutside, toShopWorkerEnv } from "./outside.ts";
import { planStory } from "./plan-story.ts";
import { playStory } from "./play-story.ts";
import { type ShopLifeReport, type StoryReport, toStoryLine } from "./report.ts";
import { violation } from "./violation.ts";

const FIRST_PIECES = 50;

/** So many stories on one started system, some of them together in one shop at a time, and what is wrong in the end. */
export async function runShopLife(options: ShopLifeOptions, print: (line: string) => void): Promise<ShopLifeReport> {
  const startedAtMs = performance.now();
  const { seed, seeds, together, queue, workers, keep } = options;
  const environment = await openReplayEnvironment(
    {
      data: "",
      folder: "shop-life",
      withRedis: queue === "redis",
      workerEnv: toShopWorkerEnv,
      short: 0,
      orders: 1,
      seed,
      workers,
      killEverySeconds: 1,
      keep,
    },
    { PATH: process.env["PATH"], HOME: process.env["HOME"], SANDBOX_MAILS_PER_SECOND: "10000" },
    print,
  );
  let now = new Date((await environment.sandbox.state()).virtualNow);
  const outside = await openShopOutside(environment.db, environment.sandboxUrl, () => now);
  const stories: StoryReport[] = [];
  let kills = 0;
  try {
    for (let first = seed; first < seed + seeds; first += together) {
      const from = new Date((Math.floor(now.getTime() / DAY_MS) + 1) * DAY_MS + 7 * HOUR_MS);
      // The webhooks come by the clock of the story.
      const time: ShopTime = {
        from,
        get at() {
          return now;
        },
        set at(next) {
          now = next;
        },
        steps: 0,
        killed: 0,
      };
      time.at = from;
      const numbers = Array.from({ length: Math.min(together, seed + seeds - first) }, (_, no) => first + no);
      const lived = await Promise.race([
        liveTogether(environment, outside, { ...options, numbers }, time),
        environment.failure,
      ]);
      for (const story of lived) print(toStoryLine(story));
      stories.push(...lived);
      kills += time.killed;
    }
  } finally {
    await outside.close();
    await environment.close();
  }
  const ok = stories.every(({ violations }) => violations.length === 0);
  return { ok, options, stories, kills, seconds: Math.round((performance.now() - startedAtMs) / 1_000) };
}

async function liveTogether(
  environment: ReplayEnvironment,
  outside: ShopOutside,
  { numbers, kills, faults }: ShopLifeOptions & { readonly numbers: readonly number[] },
  time: ShopTime,
): Promise<StoryReport[]> {
  const { db, sandbox } = environment;
  const since = new Date();
  const errorsBefore = outside.errors.length;
  const journals = numbers.map((number) => openJournal(planStory(number)));
  await sandbox.showTime(time.at);
  await outside.ask("DELETE", "/mailbox");
  for (const journal of journals) await fill(db, outside, journal, time.from);
  const cast = {
    environment,
    outside,
    schedules: resolveEnvSchedules(catalogue, {}).schedules.filter(({ task }) => task.startsWith("shop.")),
    journals,
    dice: diceOf("steps", ...numbers),
    kills,
    faults,
  };
  const shared = [];
  try {
    await live(cast, time);
  } catch (error) {
    shared.push(violation("stuck", "all stories", `life stopped at ${time.at.toISOString()}: ${String(error)}`));
  }
  const runs = await loadUnfinishedRuns(db, since);
  shared.push(
    ...runs.map((run) => violation("stuck", "a run", run)),
    ...outside.errors.slice(errorsBefore).map((error) => violation("wrong", "an answer", error)),
  );
  const reports: StoryReport[] = [];
  for (const journal of journals) {
    const seen = await observe(db, outside, journal);
    // What is nobody's own is told with the first one.
    const violations = [...(reports.length === 0 ? shared : []), ...judgeStory(seen, time.from)];
    reports.push({ seed: journal.story.seed, counts: countStory(seen), violations });
  }
  return reports;
}

/** The products, and what of them is there. */
async function fill(db: Database, outside: ShopOutside, journal: Journal, from: Date): Promise<void> {
  const { prefix, skus, rareSku } = journal.story;
  const facts = { priceMinor: 1_250n, currency: "EUR", url: null, safety: 0n };
  for (const sku of [...skus, rareSku]) await saveProduct(db, { sku, title: `A ${sku}`, ...facts }, from);
  const acts = skus.map((sku, no) => {
    const movement = {
      sku,
      kind: "RECEIVED",
      pieces: FIRST_PIECES,
      reference: `${prefix}first${no}`,
      occurredAt: -1_440,
    };
    return { at: 0, kind: "move", movement } as const;
  });
  await playStory({ db, outside, now: from }, journal, { acts, from });
}

const countStory = (seen: StorySeen): StoryReport["counts"] => ({
  orders: seen.orders.length,
  confirmed: seen.orders.filter(({ confirmedAt }) => confirmedAt !== null).length,
  refunds: seen.orders.flatMap(({ payments }) => payments).flatMap(({ refunds }) => refunds).length,
  labels: seen.parcels.flatMap(({ labels }) => labels).length,
  mails: seen.mailbox.length,
  unknown: seen.mails.filter(({ status }) => status === "UNKNOWN").length,
  movements: seen.movements.length,
});
