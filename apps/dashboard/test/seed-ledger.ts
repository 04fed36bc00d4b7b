import { randomUUID } from "node:crypto";

import type { TestDatabase } from "@drumline/testing";

const MINUTE_MS = 60_000;
/** Of the cause that most runs failed of. */
export const CAUSE = "Cognito answered 503 to ListUsers";
export const FAILED_OF_CAUSE = 41;
/** The run that is shown with its log, failed records and chunks. */
export const BUSY_RUN = "00000000-0000-4000-8000-00000000b051";

interface SeededSchedule {
  readonly key: string;
  readonly task: string;
  readonly queue: string;
  readonly source: "ENV" | "API";
  readonly everyMs?: bigint;
  readonly crontab?: string;
  readonly more?: object;
}

const SCHEDULES: readonly SeededSchedule[] = [
  {
    key: "get-omnitron-orders-cron",
    task: "oms.orders.tasks.get_orders_from_omnitron",
    queue: "oms",
    source: "ENV",
    everyMs: 300_000n,
  },
  {
    key: "fulfil-waiting-orders",
    task: "oms.fulfilment.tasks.fulfil_waiting_orders",
    queue: "oms",
    source: "ENV",
    everyMs: 60_000n,
  },
  {
    key: "not-logged-in",
    task: "UserNotLoggedInPlatform",
    queue: "ecomnow",
    source: "API",
    everyMs: 900_000n,
  },
  {
    key: "process-cancellation-plans",
    task: "oms.orders.tasks.process_cancellation_plans",
    queue: "oms",
    source: "ENV",
    everyMs: 120_000n,
    more: { pausedAt: new Date(), pausedBy: "Ada", pausedReason: "carrier maintenance" },
  },
  { key: "nightly-refunds", task: "RefundUpdates", queue: "ecomnow", source: "API", crontab: "30 2 * * *" },
  {
    key: "inactive-products",
    task: "DeleteInactiveProducts",
    queue: "ecomnow",
    source: "API",
    crontab: "0 4 * * 1",
    more: { enabled: false },
  },
  {
    key: "stock-of-the-shop",
    task: "shop.inventory.tasks.update_products_inventory",
    queue: "shop",
    source: "API",
    everyMs: 600_000n,
  },
];

/** A day of schedules and runs of every kind: some paused or off, one cause of many failures, one run under way. */
export async function seedLedger({ db }: TestDatabase): Promise<void> {
  const now = Date.now();
  const ago = (minutes: number) => new Date(now - minutes * MINUTE_MS);
  const ids = new Map<string, string>();
  for (const { key, task, source, everyMs, crontab, more } of SCHEDULES) {
    const id = randomUUID();
    ids.set(key, id);
    const timing =
      everyMs === undefined
        ? ({ triggerKind: "CRONTAB", crontab: crontab! } as const)
        : ({ triggerKind: "INTERVAL", everyMs } as const);
    await db.schedule.create({
      data: {
        id,
        key,
        task,
        source,
        ...timing,
        timezone: "Europe/Amsterdam",
        description: `The work of ${task}`,
        timeoutMs: 300_000n,
        anchorAt: ago(7),
        contentHash: "",
        ...more,
      },
    });
  }
  const base = { timeoutMs: 300_000n, maxAttempts: 4, worker: "worker@backoffice-1:4711" } as const;
  const runs = [];
  for (const [index, { key, task, queue, crontab }] of SCHEDULES.entries()) {
    const step = crontab === undefined ? 12 + index : 1_440;
    for (let at = 0; at < (crontab === undefined ? 90 : 25); at += 1) {
      const dueAt = ago(at * step + 4);
      const isMissed = at === 17;
      const isSkipped = at % 23 === 9;
      const ran = !isMissed && !isSkipped;
      const startedAt = new Date(dueAt.getTime() + (at % 19 === 5 ? 41_000 : 30));
      runs.push({
        ...base,
        id: randomUUID(),
        scheduleId: ids.get(key)!,
        task,
        queue,
        origin: "SCHEDULE" as const,
        dueAt,
        createdAt: dueAt,
        status: isMissed ? ("MISSED" as const) : isSkipped ? ("SKIPPED" as const) : ("FINISHED" as const),
        attempt: ran ? 1 : 0,
        ...(ran
          ? {
              startedAt,
              finishedAt: new Date(startedAt.getTime() + 900 + at * 61),
              result: { ordersPulled: at * 3, held: at % 4 },
            }
          : {}),
        ...(isSkipped ? { reasonCode: "OVERLAP", reason: "an earlier run had been under way for 6 min" } : {}),
        ...(isMissed ? { reasonCode: "NO_BEAT", reason: "no beat was alive when it was due" } : {}),
      });
    }
  }
  const audit = SCHEDULES[2]!;
  for (let at = 0; at < FAILED_OF_CAUSE; at += 1) {
    const dueAt = new Date(ago(at * 9 + 2).getTime() + 7);
    runs.push({
      ...base,
      id: randomUUID(),
      scheduleId: ids.get(audit.key)!,
      task: audit.task,
      queue: audit.queue,
      origin: "SCHEDULE" as const,
      dueAt,
      createdAt: dueAt,
      startedAt: dueAt,
      finishedAt: new Date(dueAt.getTime() + 30_000),
      status: "FAILED" as const,
      attempt: 4,
      args: { platform: "EU", months: at + 1 },
      error: `${CAUSE} (request ${1_000 + at})`,
    });
  }
  await db.run.createMany({ data: runs });
  await seedBusyRun(db, ids.get("stock-of-the-shop")!, ago);
  const info = JSON.stringify({ queues: ["oms", "shop"], concurrency: 8, running: 1 });
  for (const kind of ["beat", "worker", "api"])
    await db.$executeRaw`
      INSERT INTO process_heartbeat (id, kind, host, pid, started_at, beat_at, info)
      VALUES (${`${kind}@test:1`}, ${kind}, 'backoffice-1', 1, now() - interval '3 hours', now() + interval '1 hour', ${info}::jsonb)`;
}

async function seedBusyRun(db: TestDatabase["db"], scheduleId: string, ago: (minutes: number) => Date): Promise<void> {
  const base = {
    task: "shop.inventory.tasks.update_products_inventory",
    queue: "shop",
    timeoutMs: 300_000n,
    maxAttempts: 4,
  } as const;
  await db.run.create({
    data: {
      ...base,
      id: BUSY_RUN,
      scheduleId,
      origin: "SCHEDULE",
      status: "PROCESSING",
      dueAt: ago(2),
      createdAt: ago(2),
      startedAt: ago(1.9),
      attempt: 2,
      worker: "worker@backoffice-1:4711",
      // By a worker that no test starts: nobody takes it away meanwhile.
      leaseUntil: ago(-600),
      args: { store: "eu-1", since: "2026-11-25" },
      progress: { done: 5_400, total: 12_000 },
      problemCount: 2,
      problems: [
        { recordId: "SKU-1001", error: "the feed has no stock of it" },
        { recordId: "SKU-2002", error: "the price 12,5O is no number" },
      ],
    },
  });
  await db.run.create({
    data: {
      ...base,
      id: randomUUID(),
      parentId: BUSY_RUN,
      chunkNo: 1,
      origin: "CHUNK",
      status: "FINISHED",
      createdAt: ago(1.5),
      startedAt: ago(1.5),
      finishedAt: ago(1),
      attempt: 1,
      worker: "worker@backoffice-2:12",
      result: { updated: 1_200 },
    },
  });
  await db.runLog.createMany({
    data: Array.from({ length: 400 }, (_, index) => ({
      runId: BUSY_RUN,
      at: new Date(ago(1.9).getTime() + index * 250),
      level: index === 0 ? "warn" : index % 97 === 50 ? "error" : index % 41 === 7 ? "warn" : "info",
      message:
        index === 0
          ? "try 1 of 4 failed, the next follows in 10 s"
          : index % 97 === 50
            ? "record could not be done"
            : `batch ${index} written`,
      fields:
        index === 0
          ? { endedTry: 1, ending: "RETRY", error: "connection reset", worker: "worker@backoffice-1:4711" }
          : { records: 30, sku: `SKU-${1_000 + index}` },
    })),
  });
}
