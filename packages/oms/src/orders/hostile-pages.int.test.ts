import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { rawCancellation, rawItem, rawLocation, rawOrder, reply } from "../../test/local-omnitron.ts";
import { openPull, type PullUnderTest } from "../../test/pull-under-test.ts";

let omnitron: PullUnderTest;
beforeEach(async () => void (omnitron = await openPull()));
afterEach(() => omnitron.close());

const nested = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);

describe("one bad record of a page", () => {
  it.each([
    ["placed in the year 0", { date_placed: "0000-01-01T00:00:00Z" }],
    ["placed in the year 10000", { date_placed: "9999-12-31T23:59:59-23:59" }],
    ["changed in the year 10000", { modified_date: "9999-12-31T23:59:59-23:59" }],
    ["nested 3,000 levels deep", { orderitem_set: [rawItem(4, { attributes_kwargs: { deep: nested(3_000) } })] }],
    ["with half of an emoji", { cargo_company: "\ud83d" }],
  ])("%s fails alone: the six others are in, and the pull goes on behind it", async (_, poison) => {
    omnitron.outside.orders.push(...Array.from({ length: 7 }, (_unused, index) => rawOrder(index + 1)));
    omnitron.outside.orders[3] = rawOrder(4, poison);
    const { result, problems } = await omnitron.pull();
    expect(result).toMatchObject({ pulled: 7, created: 6, problems: 1 });
    expect(problems).toMatchObject([{ recordId: "order 4", error: expect.stringMatching(/^INVALID_RECORD: /) }]);
    expect(await omnitron.db.problem.findMany()).toMatchObject([{ subjectKey: "4", kind: "INVALID_RECORD" }]);
    expect(await omnitron.cursor()).toMatchObject({ cursorAt: expect.any(Date), lastError: null });

    omnitron.outside.orders.push(rawOrder(8, { modified_date: "2026-11-20T11:58:00Z" }));
    expect((await omnitron.pull()).result).toMatchObject({ created: 1 });
    omnitron.outside.orders[3] = rawOrder(4, { modified_date: "2026-11-20T11:59:00Z" });
    expect((await omnitron.pull()).result).toMatchObject({ created: 1, problems: 0 });
    expect(await omnitron.db.order.count()).toBe(8);
    expect(await omnitron.db.problem.count({ where: { closedAt: null } })).toBe(0);
  });

  it("that ends the page in the year 0 does not stop the cursor", async () => {
    omnitron.outside.intercept = (request, response) =>
      request.url!.includes("/orders/updates") &&
      reply(response, {
        results: [rawOrder(1), rawOrder(2, { modified_date: "0000-01-01T00:00:00Z" })],
        has_more: false,
      });
    expect((await omnitron.pull()).result).toMatchObject({ created: 1, problems: 1 });
    expect(await omnitron.cursor()).toMatchObject({ cursorAt: new Date(0) });
  });

  it("does not keep the other cancellation plans out", async () => {
    omnitron.outside.cancellations.push(
      rawCancellation(1, "R1", [[1, 1]]),
      rawCancellation(2, "R1", [[1, 1]], { modified_date: "9999-12-31T23:59:59-23:59" }),
      rawCancellation(3, "R1", [[1, 1]], { note: nested(3_000) }),
      rawCancellation(4, "R1", [[1, 1]]),
    );
    expect((await omnitron.pull()).result).toMatchObject({ cancellations: { pulled: 4, taken: 2, problems: 2 } });
    expect((await omnitron.db.problem.findMany()).map(({ subjectKey }) => subjectKey).toSorted()).toEqual(["2", "3"]);
  });
});

describe("a record that only the database refuses", () => {
  it("fails alone, whichever page it comes with, and is taken in once it is not refused any more", async () => {
    await omnitron.db.$executeRaw`ALTER TABLE orders ADD CONSTRAINT no_evil CHECK (number <> 'EVIL')`;
    await omnitron.db.$executeRaw`ALTER TABLE stock_location ADD CONSTRAINT no_evil_place CHECK (erp_code <> 'EVIL')`;
    await omnitron.db
      .$executeRaw`ALTER TABLE cancellation_plan ADD CONSTRAINT no_evil_plan CHECK (order_number <> 'EVIL')`;
    omnitron.outside.locations.push(rawLocation(1, "A"), rawLocation(2, "EVIL"), rawLocation(3, "C"));
    omnitron.outside.orders.push(...Array.from({ length: 7 }, (_, index) => rawOrder(index + 1)));
    omnitron.outside.orders[3] = rawOrder(4, { number: "EVIL" });
    omnitron.outside.cancellations.push(rawCancellation(1, "R1", [[1, 1]]), rawCancellation(2, "EVIL", [[4, 1]]));

    const { result, problems } = await omnitron.pull();
    expect(result).toMatchObject({
      pulled: 7,
      created: 6,
      problems: 1,
      locations: { pulled: 3, changed: 2, problems: 1 },
      cancellations: { pulled: 2, taken: 1, problems: 1 },
    });
    expect(problems.map(({ recordId }) => recordId)).toEqual(["stock location 2", "order 4", "cancellation plan 2"]);
    expect(problems[1]!.error).toMatch(/^INVALID_RECORD: it cannot be stored: .*no_evil.*\(SQLSTATE 23514\)$/);
    expect(await omnitron.cursor()).toMatchObject({ cursorPk: 7n });
    expect((await omnitron.pull()).problems).toEqual([]);

    await omnitron.db.$executeRaw`ALTER TABLE orders DROP CONSTRAINT no_evil`;
    expect((await omnitron.pull()).result).toMatchObject({ created: 1, problems: 0 });
    expect(await omnitron.db.problem.count({ where: { subjectType: "omnitron.orders", closedAt: null } })).toBe(0);
  });
});

describe("an order with -0 in it", () => {
  it("is the same order when it comes again", async () => {
    omnitron.outside.intercept = (request, response) => {
      if (!request.url!.includes("/orders/updates")) return false;
      const page = JSON.stringify({ results: [rawOrder(1)], has_more: false });
      response.writeHead(200, { "content-type": "application/json" }).end(page.replace("}]}", '}],"discount":-0}'));
      return true;
    };
    await omnitron.pull();
    expect((await omnitron.pull()).result).toMatchObject({ unchanged: 1 });
  });
});

describe("an error page of Omnitron", () => {
  it.each([
    ["with a NUL character", `${"x".repeat(50)}\0`],
    ["with an emoji where an excerpt ends", `${"x".repeat(199)}😀${"x".repeat(50)}`],
  ])("%s is recorded as why the pull failed", async (_, page) => {
    omnitron.outside.intercept = (_request, response) => {
      response.writeHead(502, { "content-type": "text/html" }).end(page);
      return true;
    };
    await expect(omnitron.pull()).rejects.toThrow(/502/);
    expect(await omnitron.cursor()).toMatchObject({ lastError: expect.stringMatching(/502.*x{50}/) });
  });
});
