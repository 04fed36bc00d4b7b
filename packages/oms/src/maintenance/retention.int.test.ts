import { randomUUID } from "node:crypto";

import { deleteOldRecords, Prisma } from "@drumline/db";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { openProblems } from "@drumline/problems";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { toOmsRetention } from "./retention.ts";

const BEFORE = new Date("2026-06-01T00:00:00Z");
const OLD = new Date("2026-05-01T00:00:00Z");
const NOW = new Date("2026-08-01T00:00:00Z");
const YOUNG = new Date("2026-07-01T00:00:00Z");

describe("what the OMS lets go", () => {
  let store: TestDatabase;
  beforeAll(async () => void (store = await testDatabase()));
  beforeEach(async () => {
    await store.db.$executeRaw(
      Prisma.sql`TRUNCATE webhook, event_queue, event_reader, omnitron_message, state_transition_log, problem CASCADE`,
    );
  });
  afterAll(() => store.close());

  /** Deletes as the task does; a small batch shows that the walk goes on behind rows that stay. */
  async function clean(): Promise<Record<string, number>> {
    const rules = toOmsRetention({
      eventRetentionDays: 1,
      omnitronMessageRetentionDays: 1,
      stateLogRetentionDays: 1,
    });
    const deleted: Record<string, number> = {};
    const { signal } = new AbortController();
    for (const rule of rules)
      deleted[rule.table] = await deleteOldRecords(store.db, rule, {
        before: BEFORE,
        at: NOW,
        batchSize: 2,
        limit: 1e6,
        signal,
      });
    return deleted;
  }

  const show = (kind: string, type: string, key: string) =>
    openProblems(
      store.db,
      [{ kind: { context: "c", name: kind, severity: "WARNING", cure: "c" }, subject: { type, key }, reason: "r" }],
      OLD,
    );
  /** Why problems are closed, in their order; null where one is open. */
  const shown = async () => (await store.db.problem.findMany({ orderBy: { id: "asc" } })).map(({ note }) => note);

  it("lets events go with their deliveries and attempts, once every delivery has ended", async () => {
    const webhook = await store.db.webhook.create({ data: { owner: "o", targetUrl: "http://x", eventType: "*" } });
    const event = async (
      status: "DELIVERED" | "EXHAUSTED" | "DISABLED" | "PENDING" | "PENDING_RETRY" | null,
      {
        createdAt = OLD,
        lastAt = OLD,
        processedAt = OLD,
      }: { createdAt?: Date; lastAt?: Date; processedAt?: Date | null } = {},
    ) => {
      const id = randomUUID();
      await store.db.eventQueue.create({
        data: {
          id,
          eventType: "package.created",
          entityType: "package",
          entityId: 1n,
          payload: {},
          createdAt,
          processedAt,
        },
      });
      if (status === null) return id;
      await store.db.webhookDelivery.create({
        data: {
          eventId: id,
          webhookId: webhook.id,
          status,
          nextAttemptAt: lastAt,
          deliveredAt: status === "DELIVERED" ? lastAt : null,
          createdAt,
          tries: { create: { no: 1, at: lastAt, durationMs: 1 } },
        },
      });
      return id;
    };
    await event("DELIVERED");
    await event("EXHAUSTED");
    await show("WEBHOOK_EXHAUSTED", "webhook", String(webhook.id));
    await event("DISABLED");
    await event(null);
    const kept = [
      await event("PENDING"),
      await event("PENDING_RETRY"),
      await event("DELIVERED", { lastAt: YOUNG }),
      await event("DELIVERED", { createdAt: YOUNG }),
      await event(null, { processedAt: null }),
    ];
    await store.db.eventReader.create({ data: { name: "stock", eventTypes: ["package.lost"], since: OLD } });
    const read = randomUUID();
    for (const id of [read, randomUUID()]) {
      const news = { eventType: "package.lost", entityType: "package", entityId: 1n, payload: {} };
      await store.db.eventQueue.create({ data: { id, ...news, createdAt: OLD, processedAt: OLD } });
      if (id !== read) kept.push(id);
    }
    await store.db.eventReading.create({ data: { eventId: read, reader: "stock", readAt: OLD } });
    expect(await clean()).toMatchObject({ webhook_delivery: 3, event_queue: 5 });
    const left = await store.db.eventQueue.findMany({ select: { id: true } });
    expect(left.map(({ id }) => id).toSorted()).toEqual(kept.toSorted());
    expect(await store.db.webhookAttempt.count()).toBe(4);
    expect(await shown()).toEqual(["every delivery to it has arrived or is deleted"]);
  });

  it("lets messages go that Omnitron took or refused for good, and never one that it was not told yet", async () => {
    const message = (orderId: bigint, ended: { sentAt?: Date; givenUpAt?: Date }, createdAt = OLD) =>
      store.db.omnitronMessage.create({
        data: { orderId, eventId: randomUUID(), path: "/p", body: {}, createdAt, nextAttemptAt: createdAt, ...ended },
      });
    await message(1n, {});
    await message(2n, { sentAt: OLD });
    const givenUp = await message(3n, { givenUpAt: OLD });
    await show("OMNITRON_MESSAGE_GIVEN_UP", "omnitron message", givenUp.eventId);
    const recent = await message(3n, { givenUpAt: YOUNG }, YOUNG);
    await show("OMNITRON_MESSAGE_GIVEN_UP", "omnitron message", recent.eventId);
    await message(4n, { sentAt: YOUNG });
    await message(5n, { sentAt: YOUNG }, YOUNG);
    expect(await clean()).toMatchObject({ omnitron_message: 2 });
    expect((await store.db.omnitronMessage.findMany({ orderBy: { id: "asc" } })).map(({ orderId }) => orderId)).toEqual(
      [1n, 3n, 4n, 5n],
    );
    expect(await shown()).toEqual([expect.stringContaining("its record was deleted"), null]);
  });

  it("keeps the last state of everything, all of what still moves, and what others or invariants look up", async () => {
    const log = (entityType: string, entityId: bigint, newState: string, at: Date, command = "PACK") =>
      store.db.stateTransitionLog.create({ data: { entityType, entityId, newState, command, actor: "a", at } });
    await log("package", 1n, "NEW", OLD);
    await log("package", 1n, "DELIVERED", OLD);
    await log("package", 2n, "NEW", OLD);
    await log("package", 2n, "PACKED", YOUNG);
    await log("package", 3n, "NEW", OLD, "PKG_DEALLOCATE_RESERVATIONS");
    await log("package", 3n, "PACKED", OLD);
    await log("user_audit", 1n, "OPEN", OLD);
    await log("user_audit", 1n, "DONE", OLD);
    expect(await clean()).toMatchObject({ state_transition_log: 1 });
    const left = await store.db.stateTransitionLog.findMany({ orderBy: { id: "asc" } });
    expect(left.map(({ entityType, entityId, newState }) => `${entityType} ${entityId} ${newState}`)).toEqual([
      "package 1 DELIVERED",
      "package 2 NEW",
      "package 2 PACKED",
      "package 3 NEW",
      "package 3 PACKED",
      "user_audit 1 OPEN",
      "user_audit 1 DONE",
    ]);
  });
});
