import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { silentLog } from "@drumline/core/log";
import { startTaskRun, testDatabase, type TestDatabase, untilTrue } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { composeTasks } from "./compose-tasks.ts";
import { readWorkerConfig } from "./config.ts";

const EVENTS = "whisperer.tasks.trigger_event_queue_events";
const RETRIES = "whisperer.tasks.undelivered_event_scanner";
const ANY_TASK = "oms.reservations.tasks.clear_inventory_discrepancies";
const NOW = new Date("2026-11-20T12:00:00Z");

describe("the switches of the two webhook tasks", () => {
  let database: TestDatabase;
  const received: string[] = [];
  const receiver = createServer((request, response) => {
    received.push(String(request.headers["x-whisperer-event"]));
    response.end();
  });
  beforeAll(async () => {
    database = await testDatabase();
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    receiver.closeAllConnections();
    receiver.close();
    await database.close();
  });

  const saveEvent = (eventType: string) =>
    database.db.eventQueue.create({
      data: { id: randomUUID(), eventType, entityType: "package", entityId: 1n, payload: {}, modifiedAt: NOW },
    });

  it("hold for what leaves after any run, and so does a pause", async () => {
    const { db } = database;
    const { port } = receiver.address() as AddressInfo;
    const schedule = {
      source: "ENV",
      triggerKind: "INTERVAL",
      everyMs: 900_000n,
      timeoutMs: 1n,
      anchorAt: NOW,
    } as const;
    for (const task of [EVENTS, RETRIES])
      await db.schedule.create({
        data: { id: randomUUID(), key: task, task, enabled: false, contentHash: task, ...schedule },
      });
    const webhook = await db.webhook.create({
      data: { owner: "a test", targetUrl: `http://127.0.0.1:${port}/`, eventType: "*" },
    });
    const failed = await saveEvent("failed");
    await db.webhookDelivery.create({
      data: { eventId: failed.id, webhookId: webhook.id, status: "PENDING_RETRY", attempts: 1, nextAttemptAt: NOW },
    });
    await db.eventQueue.update({ where: { id: failed.id }, data: { processedAt: NOW } });
    await saveEvent("fresh");

    const config = readWorkerConfig({ WEBHOOK_ALLOW_PRIVATE: "true" });
    const { tasks, closings } = composeTasks(config, { db, backend: {} as never }, silentLog);
    const { run } = tasks.find(({ definition }) => definition.name === ANY_TASK)!;
    const runAny = () => run(startTaskRun(db, {}).context);

    await runAny();
    await db.schedule.update({ where: { key: RETRIES }, data: { enabled: true } });
    await runAny();
    await untilTrue(() => received.length > 0, { what: "the failed one is sent again" });
    await db.schedule.update({ where: { key: RETRIES }, data: { pausedAt: NOW } });
    await saveEvent("later");
    await db.schedule.update({ where: { key: EVENTS }, data: { enabled: true } });
    await runAny();
    await untilTrue(() => received.length === 3, { what: "the fresh ones are sent" });
    expect([received[0], ...received.slice(1).toSorted()]).toEqual(["failed", "fresh", "later"]);
    for (const close of closings) await close();
  });
});
