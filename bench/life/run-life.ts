import { resolveEnvSchedules } from "@drumline/core/scheduling";
import { loadEventFigures } from "@drumline/events/deliveries";
import { subscribeToEvents } from "@drumline/events/subscriptions";
import { findBrokenInvariants } from "@drumline/oms";
import { saveConsolidationScenario } from "@drumline/oms/simulation";
import { openReplayEnvironment, type ReplayEnvironment, startKilling } from "@drumline/replay";
import { catalogue, drumlineTasks } from "@drumline/tasks";

import { calmDown, type Cast, type LifeTime, live } from "./drive.ts";
import { judge, type Observed } from "./judge.ts";
import { createLateWebhooks } from "./late-webhooks.ts";
import { createNews } from "./news.ts";
import { loadOrdersSeen, loadPlansSeen, loadRefusedRecords, loadRunsSeen, loadStateCounts } from "./observed.sql.ts";
import type { LifeOptions } from "./options.ts";
import { planLife } from "./plan-life.ts";
import { type LifeReport, writeReport } from "./report.ts";
import { findOrderOfRow } from "./trail.sql.ts";
import type { WireOrder } from "./wire.ts";

const HOOK = "life";
/** The share of products that are short at first. */
const SHORT = 0.08;
/** One change of stock for so many orders. */
const ORDERS_PER_STOCK_CHANGE = 8;

/** Random life of the whole OMS out of one seed, and what is wrong at its end. */
export async function runLife(options: LifeOptions, print: (line: string) => void): Promise<LifeReport> {
  const startedAtMs = performance.now();
  const { seed, orders, queue, workers, killEverySeconds, keep } = options;
  const environment = await openReplayEnvironment(
    {
      data: "",
      folder: "life",
      withRedis: queue === "redis",
      short: SHORT,
      orders,
      seed,
      workers,
      killEverySeconds,
      keep,
    },
    { PATH: process.env["PATH"], HOME: process.env["HOME"] },
    print,
  );
  const killing = startKilling(environment, killEverySeconds);
  try {
    const work = async () => {
      const { cast, time } = await prepare(environment, options, print);
      let unquiet: string | null = null;
      try {
        await live(cast, time, orders);
        killing.stop();
        await environment.sandbox.setFaults([]);
        await cast.news.calmStock();
        unquiet = await calmDown(cast, time);
      } catch (error) {
        unquiet = `life stopped at ${time.at.toISOString()}: ${String(error)}`;
      }
      const observed = await observe(environment, cast, unquiet);
      return await writeReport(environment.db, {
        options,
        violations: judge(observed),
        actions: cast.news.actions,
        counts: {
          news: cast.news.counts,
          commands: cast.stores.counts,
          webhooks: cast.webhooks.counts,
          states: await loadStateCounts(environment.db),
        },
        virtual: { from: time.from.toISOString(), to: time.at.toISOString(), steps: time.steps },
        kills: killing.count(),
        seconds: Math.round((performance.now() - startedAtMs) / 1_000),
      });
    };
    return await Promise.race([work(), environment.failure]);
  } finally {
    killing.stop();
    await environment.close();
  }
}

async function prepare(
  environment: ReplayEnvironment,
  { seed, orders, changes, cancellations, faults }: LifeOptions,
  print: (line: string) => void,
): Promise<{ cast: Cast; time: LifeTime }> {
  const { db, sandbox, sandboxUrl, secrets } = environment;
  const from = new Date((await sandbox.state()).virtualNow);
  const wanted = { target_url: `${sandboxUrl}/hooks/${HOOK}`, event_type: "*", additional_headers: {}, config: {} };
  await sandbox.setSecret(HOOK, (await subscribeToEvents(db, secrets, { name: "life" }, wanted, from)).secret);
  await saveConsolidationScenario(db);
  await sandbox.setFaults(toFaults(faults));
  // Its workers serve no other queue: a run of another context would wait for ever.
  const built = new Set(catalogue.filter((task) => task.built && task.queue === "oms").map(({ name }) => name));
  const numbers = (await sandbox.outcomes()).map(({ number }) => number);
  const webhooks = createLateWebhooks(seed);
  const stockChanges = Math.ceil(orders / ORDERS_PER_STOCK_CHANGE);
  const cast = {
    environment,
    // The report counts every row that life left, so none may be deleted on the way.
    schedules: resolveEnvSchedules(catalogue, {}).schedules.filter(
      ({ task }) => built.has(task) && !Object.hasOwn(drumlineTasks, task),
    ),
    seed,
    events: planLife(seed, { changes, cancellations, stockChanges }),
    news: createNews(environment, { seed, numbers, webhooks }),
    webhooks,
    stores: { counts: {}, errors: [] },
    places: Array.from({ length: SELLERS }, (_, index) => `seller-${String(index + 1).padStart(3, "0")}`),
    print,
  };
  return { cast, time: { from, at: from, steps: 0, lastRunAt: new Map() } };
}

/** Of the generator. */
const SELLERS = 40;

/** Answers that go wrong, come late or break off after the work was done, and pages in disorder, which is no fault. */
function toFaults(share: number): object[] {
  if (share === 0) return [];
  const disorders = ["shuffled", "doubled"].map((as) => ({ match: "/api/i1/", kind: "disorder", as, rate: 0.2 }));
  const faults = ["/api/", "/hooks/"].flatMap((match) => [
    { match, kind: "status", status: 500, rate: share * 0.5 },
    { match, kind: "status", status: 429, retryAfterSeconds: 0, rate: share * 0.1 },
    { match, kind: "reset", rate: share * 0.15 },
    { match, kind: "truncate", rate: share * 0.15 },
    { match, kind: "slow", delayMs: 150, rate: share * 0.1 },
  ]);
  return [...faults, ...disorders];
}

async function observe(
  environment: ReplayEnvironment,
  { stores, webhooks }: Cast,
  unquiet: string | null,
): Promise<Observed> {
  const { db, sandbox } = environment;
  const visible = (await sandbox.state()).ordersVisible;
  const outside: { order: WireOrder; toldStatus: string | null }[] = [];
  for (const { number, toldStatus } of (await sandbox.outcomes()).slice(0, visible))
    outside.push({ order: (await sandbox.order(number)) as WireOrder, toldStatus });
  const receiver = await sandbox.hookCounts(HOOK);
  const broken: Observed["broken"][number][] = [];
  for (const { invariant, rows } of await findBrokenInvariants(db))
    for (const row of rows)
      broken.push({ invariant, order: await findOrderOfRow(db, invariant, row), row: toText(row) });
  return {
    outside,
    orders: await loadOrdersSeen(db),
    wishes: await sandbox.cancellations(),
    plans: await loadPlansSeen(db),
    refused: await loadRefusedRecords(db),
    broken,
    runs: await loadRunsSeen(db),
    events: { ...(await loadEventFigures(db)), accepted: receiver.unique, invalid: receiver.invalid },
    errors: [...stores.errors, ...webhooks.errors],
    unquiet,
  };
}

const toText = (row: object): string =>
  JSON.stringify(row, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
