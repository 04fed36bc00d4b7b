import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { receiveWebhook, UnstorableWebhook } from "./receive-webhook.ts";

const AT = new Date("2026-11-20T12:00:00Z");
const WEBHOOK = {
  source: "omnitron.orders",
  eventUuid: "d960acbe-4193-44b8-b254-0d4f6e2e3a11",
  headers: { authorization: "Token key", "content-type": "application/json", "x-none": undefined },
  body: { event: { type: "order.created" }, payload: { pk: 1, password: "p" } },
};

describe("receiveWebhook", () => {
  let store: TestDatabase;
  beforeAll(async () => void (store = await testDatabase()));
  afterAll(() => store.close());
  beforeEach(async () => {
    await store.db.webhookRequest.deleteMany();
    await store.db.problem.deleteMany();
  });

  const row = () => store.db.webhookRequest.findFirstOrThrow();

  it("does the work, keeps the request without its secrets, and takes a second arrival for a duplicate", async () => {
    expect(await receiveWebhook(store.db, WEBHOOK, AT, async () => "done")).toEqual({
      duplicate: false,
      value: "done",
    });
    expect(await row()).toMatchObject({
      status: "DONE",
      createdAt: AT,
      headers: { authorization: "[removed]", "content-type": "application/json" },
      body: { event: { type: "order.created" }, payload: { pk: 1, password: "[removed]" } },
    });
    const never = async () => Promise.reject(new Error("a duplicate was done again"));
    expect(await receiveWebhook(store.db, WEBHOOK, AT, never)).toEqual({ duplicate: true });
  });

  it("keeps a failure with its reason and nothing of its work, and lets the sender try again", async () => {
    const failing = receiveWebhook(store.db, WEBHOOK, AT, async (tx) => {
      await tx.channel.create({ data: { omnitronId: 1n, name: "olist" } });
      throw new Error("no such channel");
    });
    await expect(failing).rejects.toThrow("no such channel");
    expect(await row()).toMatchObject({ status: "FAILED", error: "no such channel" });
    expect(await store.db.channel.count()).toBe(0);
    const problems = () => store.db.problem.findMany();
    expect(await problems()).toMatchObject([
      {
        kind: "INCOMING_WEBHOOK_FAILED",
        subjectKey: `omnitron.orders ${WEBHOOK.eventUuid}`,
        reason: `omnitron.orders could not take in the event ${WEBHOOK.eventUuid}: no such channel`,
        closedAt: null,
      },
    ]);

    expect(await receiveWebhook(store.db, WEBHOOK, AT, async () => 2)).toEqual({ duplicate: false, value: 2 });
    expect(await row()).toMatchObject({ status: "DONE", error: null });
    expect(await problems()).toMatchObject([{ ending: "BY_ITSELF", note: "it came again and was taken in" }]);
  });

  it("does the work once when the same event arrives five times at once", async () => {
    let times = 0;
    const arrivals = Array.from({ length: 5 }, () =>
      receiveWebhook(store.db, WEBHOOK, AT, async () => {
        times += 1;
      }),
    );
    const duplicates = (await Promise.all(arrivals)).filter(({ duplicate }) => duplicate);
    expect([times, duplicates.length]).toEqual([1, 4]);
  });

  it("does the work of a request whose first process died before it was done", async () => {
    await store.db.webhookRequest.create({
      data: { source: WEBHOOK.source, eventUuid: WEBHOOK.eventUuid, body: {}, status: "RECEIVED" },
    });
    expect(await receiveWebhook(store.db, WEBHOOK, AT, async () => 1)).toEqual({ duplicate: false, value: 1 });
  });

  it("refuses what Postgres cannot keep, before anything is written", async () => {
    const refused = receiveWebhook(store.db, { ...WEBHOOK, body: { note: "a\u0000b" } }, AT, async () => 1);
    await expect(refused).rejects.toThrow(UnstorableWebhook);
    expect(await store.db.webhookRequest.count()).toBe(0);
  });
});
