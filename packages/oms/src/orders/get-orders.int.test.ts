import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { Cancel, Snooze } from "@drumline/core/task";
import { Prisma } from "@drumline/db";
import { startTaskRun, type TaskRunOptions, testDatabase, type TestDatabase } from "@drumline/testing";

import { getOrdersFromOmnitron } from "./get-orders-from-omnitron.ts";
import { type Outside, rawItem, rawLocation, rawOrder, reply, startOutside } from "../../test/local-omnitron.ts";

let store: TestDatabase;
let outside: Outside;
beforeEach(async () => {
  [store, outside] = await Promise.all([testDatabase(), startOutside()]);
});
afterEach(async () => {
  await Promise.all([store.close(), outside.close()]);
});

const later = (minutes: number) => new Date(Date.parse("2026-11-20T10:00:00Z") + minutes * 60_000).toISOString();
const settings = { omnitronPageSize: 3 };

async function pull(options: TaskRunOptions<object> = {}) {
  const run = startTaskRun(store.db, outside.gateways(settings), options);
  return { ...run, result: await getOrdersFromOmnitron(run.context) };
}

async function pullFails(): Promise<Error> {
  const run = startTaskRun(store.db, outside.gateways(settings));
  return await getOrdersFromOmnitron(run.context).then(
    () => Promise.reject(new Error("expected the pull to fail")),
    (error: Error) => error,
  );
}

const numbers = async () =>
  (await store.db.order.findMany({ orderBy: { omnitronId: "asc" } })).map((order) => order.number);
const problems = async () =>
  (await store.db.problem.findMany({ orderBy: { subjectKey: "asc" } })).map(
    ({ subjectKey, kind, closedAt }) => `${subjectKey} ${kind}${closedAt === null ? "" : " resolved"}`,
  );
const position = async () => {
  const cursor = await store.db.syncCursor.findUnique({ where: { source: "omnitron.orders" } });
  return cursor?.cursorPk ?? null;
};

describe("get_orders_from_omnitron", () => {
  it("takes orders in with their items, money in minor units, a log line and an event each", async () => {
    outside.locations.push(rawLocation(1, "A"));
    outside.orders.push(rawOrder(1, { amount: "163.21", orderitem_set: [rawItem(11, { quantity: 2 }), rawItem(12)] }));
    const { result } = await pull();
    expect(result).toMatchObject({ pulled: 1, created: 1, problems: 0, locations: { pulled: 1, changed: 1 } });
    const order = await store.db.order.findFirstOrThrow({
      include: { items: { include: { product: true } }, channel: true },
    });
    expect(order).toMatchObject({ number: "R1", state: "APPROVED", amountMinor: 16321n, channel: { name: "olist" } });
    expect(order.items.map(({ quantity, product }) => [quantity, product.sku])).toEqual([
      [2, "sku-11"],
      [1, "sku-12"],
    ]);
    expect(await store.db.eventQueue.findMany()).toMatchObject([{ eventType: "order.imported", entityId: order.id }]);
    expect(await store.db.stateTransitionLog.findMany()).toMatchObject([
      { entityType: "order", oldState: null, newState: "APPROVED" },
    ]);
  });

  it("goes through all pages, and begins the next run with the overlap, changing nothing twice", async () => {
    outside.orders.push(...Array.from({ length: 8 }, (_, index) => rawOrder(index + 1)));
    expect((await pull()).result).toMatchObject({ pulled: 8, created: 8 });
    expect(await position()).toBe(8n);
    const before = await fingerprint();
    outside.requests.length = 0;
    expect((await pull()).result).toMatchObject({ pulled: 8, created: 0, changed: 0, unchanged: 8 });
    expect(decodeURIComponent(outside.requests.find((path) => path.includes("updates"))!)).toContain(
      "modified_after=2026-11-20T09:55:08.000Z&after_pk=0",
    );
    expect(await fingerprint()).toEqual(before);
  });

  it("sees an order that Omnitron commits late with an earlier date", async () => {
    outside.orders.push(rawOrder(1), rawOrder(3));
    await pull();
    outside.orders.push(rawOrder(2));
    expect((await pull()).result).toMatchObject({ created: 1, unchanged: 2 });
  });

  it("lets a newer version win and an older one never", async () => {
    outside.orders.push(rawOrder(1));
    await pull();
    outside.orders[0] = rawOrder(1, { status: "500", modified_date: later(2), amount: "10.00" });
    expect((await pull()).result).toMatchObject({ changed: 1 });
    outside.orders[0] = rawOrder(1, { status: "200", modified_date: later(1), amount: "1.00" });
    expect((await pull()).result).toMatchObject({ changed: 0, stale: 1 });
    expect(await store.db.order.findFirstOrThrow()).toMatchObject({ state: "SHIPPED", amountMinor: 1000n });
    expect(await store.db.stateTransitionLog.findMany({ orderBy: { id: "asc" } })).toMatchObject([
      { newState: "APPROVED" },
      { oldState: "APPROVED", newState: "SHIPPED" },
    ]);
    expect(
      (await store.db.eventQueue.findMany({ orderBy: { createdAt: "asc" } })).map((event) => event.eventType).sort(),
    ).toEqual(["order.imported", "order.updated"]);
  });

  it("takes the content when two versions look equally new", async () => {
    outside.orders.push(rawOrder(1));
    await pull();
    outside.orders[0] = rawOrder(1, { amount: "31.00" });
    expect((await pull()).result).toMatchObject({ changed: 1 });
    expect(await store.db.order.findFirstOrThrow()).toMatchObject({ amountMinor: 3100n });
  });

  it.each([
    ["a field of the wrong type", { amount: 12.5 }, "INVALID_RECORD", /amount/],
    ["a missing field", { number: undefined }, "INVALID_RECORD", /number/],
    [
      "a negative quantity",
      { orderitem_set: [rawItem(2, { quantity: -1 })] },
      "INVALID_RECORD",
      /orderitem_set\.0\.quantity/,
    ],
    ["garbage for its items", { orderitem_set: "garbage" }, "INVALID_RECORD", /orderitem_set/],
    ["an unknown status", { status: "999" }, "INVALID_RECORD", /unknown status 999; known are 50, 100/],
    ["an amount that is none", { amount: "12,50" }, "INVALID_RECORD", /amount: expected a decimal amount/],
    ["a text the database cannot keep", { cargo_company: "a\u0000b" }, "INVALID_RECORD", /NUL character/],
    ["half of a surrogate pair where we do not even look", { note: "\ud800" }, "INVALID_RECORD", /surrogate/],
    ["an item twice", { orderitem_set: [rawItem(2), rawItem(2)] }, "INVALID_RECORD", /same pk stands twice/],
    ["another order's number", { number: "R1" }, "NUMBER_CLASH", /belongs to order 1/],
    ["another order's item", { orderitem_set: [rawItem(1)] }, "ITEM_CLASH", /item 1 belongs to order 1/],
    [
      "a known SKU under another product",
      { orderitem_set: [rawItem(2, { product: { pk: 99, sku: "sku-1", name: "x", barcode: null } })] },
      "PRODUCT_CLASH",
      /sku-1 as product 1/,
    ],
    ["no items", { orderitem_set: [] }, "NO_ITEMS", /planned once a later version has some/],
  ])(
    "records an order with %s, takes the others of the page, and forgets it once it is put right",
    async (_, bad, code, error) => {
      outside.orders.push(rawOrder(1), rawOrder(2, bad), rawOrder(3));
      const first = await pull();
      expect(first.problems).toEqual([{ recordId: "order 2", error: expect.stringMatching(error) }]);
      expect(await problems()).toEqual([`2 ${code}`]);
      expect(await numbers()).toEqual(code === "NO_ITEMS" ? ["R1", "R2", "R3"] : ["R1", "R3"]);
      expect(await position()).toBe(3n);

      expect((await pull()).problems).toEqual([]);
      outside.orders[1] = rawOrder(2, { modified_date: later(1) });
      expect((await pull()).problems).toEqual([]);
      expect(await problems()).toEqual([`2 ${code} resolved`]);
      expect(await numbers()).toEqual(["R1", "R2", "R3"]);
    },
  );

  it("has one open problem of a record, its latest, and tells of it again when it is another one", async () => {
    outside.orders.push(rawOrder(1), rawOrder(2, { amount: 12.5 }));
    await pull();
    outside.orders[1] = rawOrder(2, { number: "R1", orderitem_set: [rawItem(2)] });
    expect((await pull()).problems).toEqual([{ recordId: "order 2", error: expect.stringMatching(/^NUMBER_CLASH/) }]);
    expect((await pull()).problems).toEqual([]);
    expect(await store.db.problem.findMany({ orderBy: { id: "asc" } })).toMatchObject([
      { kind: "INVALID_RECORD", note: "now it is another problem: NUMBER_CLASH" },
      { kind: "NUMBER_CLASH", closedAt: null, seenCount: 2, severity: "ERROR", detail: { record: { number: "R1" } } },
    ]);
  });

  it("finds clashes between two orders of one page", async () => {
    outside.orders.push(rawOrder(1), rawOrder(2, { number: "R1", orderitem_set: [rawItem(2)] }));
    await pull();
    expect(await numbers()).toEqual(["R1"]);
    expect(await problems()).toEqual(["2 NUMBER_CLASH"]);
  });

  it("survives a page of nothing but garbage in the middle", async () => {
    const garbage = [3, 4, 5].map((pk) => ({ pk, modified_date: `2026-11-20T10:00:0${pk}.000Z`, junk: [pk] }));
    outside.orders.push(rawOrder(1), rawOrder(2), ...garbage, rawOrder(6));
    expect((await pull()).result).toMatchObject({ pulled: 6, created: 3, problems: 3 });
    expect(await numbers()).toEqual(["R1", "R2", "R6"]);
  });

  it("says so instead of paging for ever when no record tells where the page ends", async () => {
    outside.intercept = (request, response) =>
      request.url!.includes("updates") && reply(response, { results: [{ nobody: "knows" }], has_more: true });
    expect((await pullFails()).message).toMatch(
      /Omnitron has more orders after .* no record of that page says where it ends/,
    );
    expect(await problems()).toEqual([expect.stringMatching(/^no-pk-[0-9a-f]{16} INVALID_RECORD$/)]);
  });

  it("does not let one order from the year 9999 hide every later one", async () => {
    outside.orders.push(rawOrder(1, { modified_date: "9999-01-01T00:00:00Z" }));
    await pull();
    outside.orders.push(rawOrder(2, { modified_date: "2026-11-20T12:00:01Z" }));
    expect((await pull()).result).toMatchObject({ created: 1 });
  });

  it.each([
    ["401", 401, Cancel, /Set OMNITRON_TOKEN/],
    ["429", 429, Snooze, /asked for silence until/],
    ["500", 500, Error, /answered 500/],
  ])("keeps what is in and its cursor when Omnitron answers %s in the middle", async (_, status, kind, message) => {
    outside.orders.push(...Array.from({ length: 8 }, (__, index) => rawOrder(index + 1)));
    let pages = 0;
    outside.intercept = (request, response) => {
      if (!request.url!.includes("updates")) return false;
      pages += 1;
      return pages > 1 && reply(response, {}, status, status === 429 ? { "retry-after": "60" } : {});
    };
    const error = await pullFails();
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(message);
    expect(await numbers()).toEqual(["R1", "R2", "R3"]);
    expect(await store.db.syncCursor.findUnique({ where: { source: "omnitron.orders" } })).toMatchObject({
      cursorPk: 3n,
      lastError: expect.stringMatching(message),
    });
    outside.intercept = null;
    await pull();
    expect(await numbers()).toHaveLength(8);
    expect(await store.db.syncCursor.findUnique({ where: { source: "omnitron.orders" } })).toMatchObject({
      lastError: null,
    });
  });

  it.each([
    ["truncated JSON", '{"results":[{"pk":1,'],
    ["a web page", "<html>maintenance</html>"],
    ["JSON of another shape", '{"count":0}'],
  ])("changes nothing on %s", async (_, body) => {
    outside.orders.push(rawOrder(1));
    outside.intercept = (request, response) => {
      if (!request.url!.includes("updates")) return false;
      response.end(body);
      return true;
    };
    expect(await pullFails()).toMatchObject({ code: "UNUSABLE_ANSWER" });
    expect(await numbers()).toEqual([]);
    expect(await position()).toBeNull();
  });

  it("keeps a bad stock location apart and takes the others", async () => {
    outside.locations.push(
      rawLocation(1, "A"),
      rawLocation(2, "B", { priority: "high" }),
      rawLocation(3, "A"),
      rawLocation(4, "C"),
    );
    const { problems: told } = await pull();
    expect(told.map(({ recordId }) => recordId)).toEqual(["stock location 2", "stock location 3"]);
    expect((await store.db.stockLocation.findMany({ orderBy: { id: "asc" } })).map(({ erpCode }) => erpCode)).toEqual([
      "A",
      "C",
    ]);
    outside.locations[1] = rawLocation(2, "B", { is_active: false });
    await pull();
    expect(await problems()).toEqual(["2 INVALID_RECORD resolved", "3 NUMBER_CLASH"]);
  });

  it("is harmless when two pulls run at once", async () => {
    outside.orders.push(...Array.from({ length: 40 }, (_, index) => rawOrder(index + 1)));
    const results = await Promise.all([pull(), pull(), pull()]);
    const created = results.map(({ result }) => (result as { created: number }).created);
    expect(created.reduce((sum, count) => sum + count, 0)).toBe(40);
    expect(await numbers()).toHaveLength(40);
    expect(await store.db.eventQueue.count()).toBe(40);
    expect(await position()).toBe(40n);
  });

  it("stops at the limit, and the next run goes on behind the overlap", async () => {
    outside.orders.push(...Array.from({ length: 8 }, (_, index) => rawOrder(index + 1)));
    expect((await pull({ limit: 2 })).result).toMatchObject({ pulled: 2, created: 2 });
    expect((await pull({ limit: 2 })).result).toMatchObject({ pulled: 4, created: 2, unchanged: 2 });
    expect(await position()).toBe(4n);
  });

  it("stops between two pages when its run is aborted", async () => {
    outside.orders.push(...Array.from({ length: 8 }, (_, index) => rawOrder(index + 1)));
    const run = startTaskRun(store.db, outside.gateways(settings));
    run.context.progress = run.abort;
    await expect(getOrdersFromOmnitron(run.context)).rejects.toThrow("asked to stop");
    expect(await numbers()).toEqual(["R1", "R2", "R3"]);
  });

  it("says in a dry run what it would do, and does nothing", async () => {
    outside.locations.push(rawLocation(1, "A"));
    outside.orders.push(rawOrder(1), rawOrder(2, { amount: 1 }));
    const before = await fingerprint();
    const { result, problems: told } = await pull({ dryRun: true });
    expect(result).toMatchObject({
      created: 1,
      problems: 1,
      wouldCreate: ["R1"],
      wouldChange: [],
      locations: { changed: 1 },
    });
    expect(told).toHaveLength(1);
    expect(await fingerprint()).toEqual(before);
    expect(await store.db.syncCursor.count()).toBe(0);
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
      store.db.$queryRaw(Prisma.sql`SELECT ${table}, count(*), sum(hashtext(t::text)) FROM ${Prisma.raw(table)} t`),
    ),
  );
}
