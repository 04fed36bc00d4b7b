import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { rawItem, rawLocation, rawOrder, reply } from "../../test/local-omnitron.ts";
import { openPull, type PullUnderTest } from "../../test/pull-under-test.ts";

let omnitron: PullUnderTest;
beforeEach(async () => void (omnitron = await openPull({ omnitronPageSize: 3 })));
afterEach(() => omnitron.close());

const later = (minutes: number) => new Date(Date.parse("2026-11-20T10:00:00Z") + minutes * 60_000).toISOString();

describe("what Omnitron sends that cannot be taken", () => {
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
      omnitron.outside.orders.push(rawOrder(1), rawOrder(2, bad), rawOrder(3));
      const first = await omnitron.pull();
      expect(first.problems).toEqual([{ recordId: "order 2", error: expect.stringMatching(error) }]);
      expect(await omnitron.problems()).toEqual([`2 ${code}`]);
      expect(await omnitron.numbers()).toEqual(code === "NO_ITEMS" ? ["R1", "R2", "R3"] : ["R1", "R3"]);
      expect(await omnitron.position()).toBe(3n);

      expect((await omnitron.pull()).problems).toEqual([]);
      omnitron.outside.orders[1] = rawOrder(2, { modified_date: later(1) });
      expect((await omnitron.pull()).problems).toEqual([]);
      expect(await omnitron.problems()).toEqual([`2 ${code} resolved`]);
      expect(await omnitron.numbers()).toEqual(["R1", "R2", "R3"]);
    },
  );

  it("has one open problem of a record, its latest, and tells of it again when it is another one", async () => {
    omnitron.outside.orders.push(rawOrder(1), rawOrder(2, { amount: 12.5 }));
    await omnitron.pull();
    omnitron.outside.orders[1] = rawOrder(2, { number: "R1", orderitem_set: [rawItem(2)] });
    expect((await omnitron.pull()).problems).toEqual([
      { recordId: "order 2", error: expect.stringMatching(/^NUMBER_CLASH/) },
    ]);
    expect((await omnitron.pull()).problems).toEqual([]);
    expect(await omnitron.db.problem.findMany({ orderBy: { id: "asc" } })).toMatchObject([
      { kind: "INVALID_RECORD", note: "now it is another problem: NUMBER_CLASH" },
      { kind: "NUMBER_CLASH", closedAt: null, seenCount: 2, severity: "ERROR", detail: { record: { number: "R1" } } },
    ]);
  });

  it("finds clashes between two orders of one page", async () => {
    omnitron.outside.orders.push(rawOrder(1), rawOrder(2, { number: "R1", orderitem_set: [rawItem(2)] }));
    await omnitron.pull();
    expect(await omnitron.numbers()).toEqual(["R1"]);
    expect(await omnitron.problems()).toEqual(["2 NUMBER_CLASH"]);
  });

  it("survives a page of nothing but garbage in the middle", async () => {
    const garbage = [3, 4, 5].map((pk) => ({ pk, modified_date: `2026-11-20T10:00:0${pk}.000Z`, junk: [pk] }));
    omnitron.outside.orders.push(rawOrder(1), rawOrder(2), ...garbage, rawOrder(6));
    expect((await omnitron.pull()).result).toMatchObject({ pulled: 6, created: 3, problems: 3 });
    expect(await omnitron.numbers()).toEqual(["R1", "R2", "R6"]);
  });

  it("says so instead of paging for ever when no record tells where the page ends", async () => {
    omnitron.outside.intercept = (request, response) =>
      request.url!.includes("updates") && reply(response, { results: [{ nobody: "knows" }], has_more: true });
    expect((await omnitron.pullFails()).message).toMatch(
      /Omnitron has more orders after .* no record of that page says where it ends/,
    );
    expect(await omnitron.problems()).toEqual([expect.stringMatching(/^no-pk-[0-9a-f]{16} INVALID_RECORD$/)]);
  });

  it("does not let one order from the year 9999 hide every later one", async () => {
    omnitron.outside.orders.push(rawOrder(1, { modified_date: "9999-01-01T00:00:00Z" }));
    await omnitron.pull();
    omnitron.outside.orders.push(rawOrder(2, { modified_date: "2026-11-20T12:00:01Z" }));
    expect((await omnitron.pull()).result).toMatchObject({ created: 1 });
  });

  it.each([
    ["truncated JSON", '{"results":[{"pk":1,'],
    ["a web page", "<html>maintenance</html>"],
    ["JSON of another shape", '{"count":0}'],
  ])("changes nothing on %s", async (_, body) => {
    omnitron.outside.orders.push(rawOrder(1));
    omnitron.outside.intercept = (request, response) => {
      if (!request.url!.includes("updates")) return false;
      response.end(body);
      return true;
    };
    expect(await omnitron.pullFails()).toMatchObject({ code: "UNUSABLE_ANSWER" });
    expect(await omnitron.numbers()).toEqual([]);
    expect(await omnitron.position()).toBeNull();
  });

  it("keeps a bad stock location apart and takes the others", async () => {
    omnitron.outside.locations.push(
      rawLocation(1, "A"),
      rawLocation(2, "B", { priority: "high" }),
      rawLocation(3, "A"),
      rawLocation(4, "C"),
    );
    const { problems: told } = await omnitron.pull();
    expect(told.map(({ recordId }) => recordId)).toEqual(["stock location 2", "stock location 3"]);
    expect(
      (await omnitron.db.stockLocation.findMany({ orderBy: { id: "asc" } })).map(({ erpCode }) => erpCode),
    ).toEqual(["A", "C"]);
    omnitron.outside.locations[1] = rawLocation(2, "B", { is_active: false });
    await omnitron.pull();
    expect(await omnitron.problems()).toEqual(["2 INVALID_RECORD resolved", "3 NUMBER_CLASH"]);
  });
});
