import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { Cancel, Snooze } from "@drumline/core/task";
import { Prisma } from "@drumline/db";

import { rawItem, rawLocation, rawOrder, reply } from "../../test/local-omnitron.ts";
import { openPull, type PullUnderTest } from "../../test/pull-under-test.ts";
import { getOrdersFromOmnitron } from "./get-orders-from-omnitron.ts";

let omnitron: PullUnderTest;
beforeEach(async () => void (omnitron = await openPull({ omnitronPageSize: 3 })));
afterEach(() => omnitron.close());

const later = (minutes: number) => new Date(Date.parse("2026-11-20T10:00:00Z") + minutes * 60_000).toISOString();

describe("get_orders_from_omnitron", () => {
  it("takes orders in with their items, money in minor units, a log line and an event each", async () => {
    omnitron.outside.locations.push(rawLocation(1, "A"));
    omnitron.outside.orders.push(
      rawOrder(1, { amount: "163.21", orderitem_set: [rawItem(11, { quantity: 2 }), rawItem(12)] }),
    );
    const { result } = await omnitron.pull();
    expect(result).toMatchObject({ pulled: 1, created: 1, problems: 0, locations: { pulled: 1, changed: 1 } });
    const order = await omnitron.db.order.findFirstOrThrow({
      include: { items: { include: { product: true } }, channel: true },
    });
    expect(order).toMatchObject({ number: "R1", state: "APPROVED", amountMinor: 16321n, channel: { name: "olist" } });
    expect(order.items.map(({ quantity, product }) => [quantity, product.sku])).toEqual([
      [2, "sku-11"],
      [1, "sku-12"],
    ]);
    expect(await omnitron.db.eventQueue.findMany()).toMatchObject([
      { eventType: "order.imported", entityId: order.id },
    ]);
    expect(await omnitron.db.stateTransitionLog.findMany()).toMatchObject([
      { entityType: "order", oldState: null, newState: "APPROVED" },
    ]);
  });

  it("goes through all pages, and begins the next run with the overlap, changing nothing twice", async () => {
    omnitron.outside.orders.push(...Array.from({ length: 8 }, (_, index) => rawOrder(index + 1)));
    expect((await omnitron.pull()).result).toMatchObject({ pulled: 8, created: 8 });
    expect(await omnitron.position()).toBe(8n);
    const before = await fingerprint();
    omnitron.outside.requests.length = 0;
    expect((await omnitron.pull()).result).toMatchObject({ pulled: 8, created: 0, changed: 0, unchanged: 8 });
    expect(decodeURIComponent(omnitron.outside.requests.find((path) => path.includes("updates"))!)).toContain(
      "modified_after=2026-11-20T09:55:08.000Z&after_pk=0",
    );
    expect(await fingerprint()).toEqual(before);
  });

  it("sees an order that Omnitron commits late with an earlier date", async () => {
    omnitron.outside.orders.push(rawOrder(1), rawOrder(3));
    await omnitron.pull();
    omnitron.outside.orders.push(rawOrder(2));
    expect((await omnitron.pull()).result).toMatchObject({ created: 1, unchanged: 2 });
  });

  it("lets a newer version win and an older one never", async () => {
    omnitron.outside.orders.push(rawOrder(1));
    await omnitron.pull();
    omnitron.outside.orders[0] = rawOrder(1, { status: "500", modified_date: later(2), amount: "10.00" });
    expect((await omnitron.pull()).result).toMatchObject({ changed: 1 });
    omnitron.outside.orders[0] = rawOrder(1, { status: "200", modified_date: later(1), amount: "1.00" });
    expect((await omnitron.pull()).result).toMatchObject({ changed: 0, stale: 1 });
    expect(await omnitron.db.order.findFirstOrThrow()).toMatchObject({ state: "SHIPPED", amountMinor: 1000n });
    expect(await omnitron.db.stateTransitionLog.findMany({ orderBy: { id: "asc" } })).toMatchObject([
      { newState: "APPROVED" },
      { oldState: "APPROVED", newState: "SHIPPED" },
    ]);
    expect(
      (await omnitron.db.eventQueue.findMany({ orderBy: { createdAt: "asc" } })).map((event) => event.eventType).sort(),
    ).toEqual(["order.imported", "order.updated"]);
  });

  it("takes the content when two versions look equally new", async () => {
    omnitron.outside.orders.push(rawOrder(1));
    await omnitron.pull();
    omnitron.outside.orders[0] = rawOrder(1, { amount: "31.00" });
    expect((await omnitron.pull()).result).toMatchObject({ changed: 1 });
    expect(await omnitron.db.order.findFirstOrThrow()).toMatchObject({ amountMinor: 3100n });
  });

  it.each([
    ["401", 401, Cancel, /Set OMNITRON_TOKEN/],
    ["429", 429, Snooze, /asked for silence until/],
    ["500", 500, Error, /answered 500/],
  ])("keeps what is in and its cursor when Omnitron answers %s in the middle", async (_, status, kind, message) => {
    omnitron.outside.orders.push(...Array.from({ length: 8 }, (__, index) => rawOrder(index + 1)));
    let pages = 0;
    omnitron.outside.intercept = (request, response) => {
      if (!request.url!.includes("updates")) return false;
      pages += 1;
      return pages > 1 && reply(response, {}, status, status === 429 ? { "retry-after": "60" } : {});
    };
    const error = await omnitron.pullFails();
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(message);
    expect(await omnitron.numbers()).toEqual(["R1", "R2", "R3"]);
    expect(await omnitron.cursor()).toMatchObject({
      cursorPk: 3n,
      lastError: expect.stringMatching(message),
    });
    omnitron.outside.intercept = null;
    await omnitron.pull();
    expect(await omnitron.numbers()).toHaveLength(8);
    expect(await omnitron.cursor()).toMatchObject({
      lastError: null,
    });
  });

  it("is harmless when two pulls run at once", async () => {
    omnitron.outside.orders.push(...Array.from({ length: 40 }, (_, index) => rawOrder(index + 1)));
    const results = await Promise.all([omnitron.pull(), omnitron.pull(), omnitron.pull()]);
    const created = results.map(({ result }) => (result as { created: number }).created);
    expect(created.reduce((sum, count) => sum + count, 0)).toBe(40);
    expect(await omnitron.numbers()).toHaveLength(40);
    expect(await omnitron.db.eventQueue.count()).toBe(40);
    expect(await omnitron.position()).toBe(40n);
  });

  it("stops at the limit, and the next run goes on behind the overlap", async () => {
    omnitron.outside.orders.push(...Array.from({ length: 8 }, (_, index) => rawOrder(index + 1)));
    expect((await omnitron.pull({ limit: 2 })).result).toMatchObject({ pulled: 2, created: 2 });
    expect((await omnitron.pull({ limit: 2 })).result).toMatchObject({ pulled: 4, created: 2, unchanged: 2 });
    expect(await omnitron.position()).toBe(4n);
  });

  it("stops between two pages when its run is aborted", async () => {
    omnitron.outside.orders.push(...Array.from({ length: 8 }, (_, index) => rawOrder(index + 1)));
    const run = omnitron.start();
    run.context.progress = run.abort;
    await expect(getOrdersFromOmnitron(run.context)).rejects.toThrow("asked to stop");
    expect(await omnitron.numbers()).toEqual(["R1", "R2", "R3"]);
  });

  it("says in a dry run what it would do, and does nothing", async () => {
    omnitron.outside.locations.push(rawLocation(1, "A"));
    omnitron.outside.orders.push(rawOrder(1), rawOrder(2, { amount: 1 }));
    const before = await fingerprint();
    const { result, problems: told } = await omnitron.pull({ dryRun: true });
    expect(result).toMatchObject({
      created: 1,
      problems: 1,
      wouldCreate: ["R1"],
      wouldChange: [],
      locations: { changed: 1 },
    });
    expect(told).toHaveLength(1);
    expect(await fingerprint()).toEqual(before);
    expect(await omnitron.db.syncCursor.count()).toBe(0);
  });
});

/** Every row the task may write, but for when the source was last read. */
async function fingerprint(): Promise<unknown> {
  const tables = [
    "channel",
    "product",
    "stock_location",
    "orders",
    "order_item",
    "problem",
    "event_queue",
    "state_transition_log",
  ];
  return await Promise.all(
    tables.map((table) =>
      omnitron.db.$queryRaw(Prisma.sql`SELECT ${table}, count(*), sum(hashtext(t::text)) FROM ${Prisma.raw(table)} t`),
    ),
  );
}
