import { randomUUID } from "node:crypto";

import { manualClock, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { handOnWebhooks } from "@drumline/events/inbox";
import { startTaskRun } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { createWebhookConsumer } from "../src/index.ts";
import { AT, type TwoSystems, twoSystems } from "./two-systems.ts";

describe("webhooks of a source", () => {
  let systems: TwoSystems;
  let started: string[] = [];
  let clock = manualClock(AT);
  beforeAll(async () => void (systems = await twoSystems()));
  afterAll(() => systems.close());
  beforeEach(async () => {
    started = [];
    clock = manualClock(AT);
    await systems.db.$executeRawUnsafe(
      "TRUNCATE integration_incoming, integration_outgoing, integration_route, integration_transformer, webhook_source, webhook_request, problem CASCADE",
    );
    systems.other.received.length = 0;
  });

  async function addSource(name: string, fields: object = {}): Promise<string> {
    const source = {
      id: randomUUID(),
      name,
      consumer: "integration",
      scheme: "NONE" as const,
      tokenHash: randomUUID(),
    };
    return (await systems.db.webhookSource.create({ data: { ...source, createdAt: AT, updatedAt: AT, ...fields } })).id;
  }
  const send = (sourceId: string, source: string, body: string | Buffer, fields: object = {}) =>
    systems.db.webhookRequest.create({
      data: {
        source,
        sourceId,
        eventUuid: randomUUID(),
        raw: new Uint8Array(Buffer.from(body)),
        status: "RECEIVED",
        nextAttemptAt: AT,
        createdAt: AT,
        ...fields,
      },
    });
  const handOn = async () => {
    const consumer = createWebhookConsumer(systems.gateways.settings, async (task, args) => {
      started.push(`${task} ${JSON.stringify(Object.values(args))}`);
    });
    return await handOnWebhooks(startTaskRun(systems.db, { consumers: [consumer] }, { clock }).context);
  };
  const sendOn = (route: string) => systems.run("integration.tasks.run_route", { route });

  it("become tasks of every route once, in the order in which they came, and real-time routes are run", async () => {
    const incoming = await systems.addIncoming("shop", { kind: "webhook", entity: "id", records: "orders" });
    const erp = await systems.addRoute("erp", incoming, { isRealTime: true });
    const mail = await systems.addRoute("mail", incoming);
    const source = await addSource("shop");
    await send(source, "shop", JSON.stringify({ orders: [{ id: 1, total: "1.00" }, { id: 2 }] }));
    await send(source, "shop", JSON.stringify({ orders: { id: 1, total: "2.00" } }));
    expect(await handOn()).toMatchObject({ handedOn: 2, failed: 0, postponed: 0 });
    expect([await systems.statuses(erp), await systems.statuses(mail)]).toEqual([{ NEW: 3 }, { NEW: 3 }]);
    expect(started).toEqual([`integration.tasks.run_route ["erp"]`]);
    expect((await sendOn("erp")).result).toMatchObject({ finished: 3 });
    const totals = systems.other.received.filter(({ body }) => body["id"] === 1).map(({ body }) => body["total"]);
    expect(totals).toEqual(["1.00", "2.00"]);
    expect(await handOn()).toMatchObject({ handedOn: 0 });
    expect(await systems.db.webhookRequest.count({ where: { status: "DONE" } })).toBe(2);
  });

  it("that say again what is known are none, but for one that a person has handed on once more", async () => {
    const incoming = await systems.addIncoming("shop", { kind: "webhook", entity: "id" });
    const route = await systems.addRoute("erp", incoming);
    const source = await addSource("shop");
    const { id } = await send(source, "shop", '{"id": 1}');
    await send(source, "shop", '{"id": 1}');
    await handOn();
    expect(await systems.statuses(route)).toEqual({ NEW: 1 });
    await systems.db.webhookRequest.update({ where: { id }, data: { status: "RECEIVED", replays: 1, attempts: 0 } });
    await handOn();
    expect(await systems.statuses(route)).toEqual({ NEW: 2 });
  });

  it("wait where their incoming is not there or switched off, and keep no other waiting", async () => {
    const incoming = await systems.addIncoming("shop", { kind: "webhook" });
    const route = await systems.addRoute("erp", incoming);
    await systems.addIncoming("off", { kind: "webhook" });
    await systems.db.integrationIncoming.update({ where: { identifier: "off" }, data: { isDisabled: true } });
    for (const name of ["nobody", "off", "shop"]) await send(await addSource(name), name, '{"id": 1}');
    expect(await handOn()).toMatchObject({ handedOn: 1, postponed: 2 });
    expect(await systems.statuses(route)).toEqual({ NEW: 1 });
    const late = await systems.addIncoming("nobody", { kind: "webhook" });
    const second = await systems.addRoute("late", late);
    clock.advance(MINUTE_MS);
    expect(await handOn()).toMatchObject({ handedOn: 1, postponed: 1 });
    expect(await systems.statuses(second)).toEqual({ NEW: 1 });
  });

  it.each([
    ["no JSON", "<html>"],
    ["JSON that breaks off", '{"id": '],
    ["no UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
  ])("whose body is %s are kept as failed, with the reason", async (_, body) => {
    await systems.addRoute("erp", await systems.addIncoming("shop", { kind: "webhook" }));
    await send(await addSource("shop"), "shop", body);
    expect(await handOn()).toMatchObject({ failed: 1 });
    expect(await systems.db.webhookRequest.findFirstOrThrow()).toMatchObject({
      status: "FAILED",
      error: expect.stringMatching(/^its body is /),
    });
  });

  it("keep what a database cannot, or no double holds, as what it is", async () => {
    const incoming = await systems.addIncoming("shop", { kind: "webhook", entity: "id" });
    const route = await systems.addRoute("erp", incoming);
    const body = String.raw`[{"id": 9007199254740993, "note": "ok 🚚"}, {"id": 2, "note": "a\u0000b"}, {"id": 3, "note": "\ud83d"}]`;
    await send(await addSource("shop"), "shop", body);
    expect(await handOn()).toMatchObject({ handedOn: 1 });
    expect(await systems.statuses(route)).toEqual({ NEW: 1, FAILED: 2 });
    await sendOn("erp");
    expect(systems.other.received.map(({ body: sent }) => sent)).toEqual([{ id: "9007199254740993", note: "ok 🚚" }]);
  });

  it("that no longer come are pulled, where the incoming says from where", async () => {
    const pull = { url: `${systems.other.url}/orders`, records: "records" };
    const incoming = await systems.addIncoming("shop", { kind: "webhook", entity: "id", pull });
    const route = await systems.addRoute("erp", incoming);
    await addSource("shop", { silentAfterSeconds: 60 });
    await addSource("nobody", { silentAfterSeconds: 60 });
    clock.advance(61 * SECOND_MS);
    expect(await handOn()).toMatchObject({ silent: 2 });
    expect(started).toEqual([`integration.tasks.run_incoming ["shop"]`]);
    systems.other.pages = () => ({ records: [{ id: 7 }] });
    expect((await systems.run("integration.tasks.run_incoming", { incoming: "shop" })).result).toMatchObject({
      tasks: 1,
    });
    expect(await systems.statuses(route)).toEqual({ NEW: 1 });
  });
});
