import type { JsonValue } from "@drumline/core/task";
import { isStorable } from "@drumline/core/text";
import { describe, expect, it } from "@jest/globals";

import { rawCancellation, rawItem, rawLocation, rawOrder } from "../../../test/local-omnitron.ts";
import { parseCancellationPlan } from "./parse-cancellation-plan.ts";
import { parseLocation } from "./parse-location.ts";
import { parseOrder } from "./parse-order.ts";
import { readRecord } from "./read-record.ts";

const order = (overrides: object = {}) => readRecord({ ...rawOrder(1), ...overrides } as JsonValue, parseOrder);
const nested = (levels: number): JsonValue => {
  let value: JsonValue = "bottom";
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};
const without = (record: object, ...names: readonly string[]) =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));

describe("a record of Omnitron", () => {
  it.each([
    ["nested 8,000 levels deep", { orderitem_set: [rawItem(1, { attributes_kwargs: { deep: nested(8_000) } })] }],
    ["nested 100,000 levels deep where we do not even look", { note: nested(100_000) }],
    ["with a NUL character", { cargo_company: "a\0b" }],
    ["with half of a surrogate pair in a name", { ["\ud83d"]: 1 }],
    ["placed in the year 0", { date_placed: "0000-01-01T00:00:00Z" }],
    ["placed in the year 0 by its offset", { date_placed: "0001-01-01T00:00:00+00:01" }],
    ["placed in the year 10000 by its offset", { date_placed: "9999-12-31T23:59:59-23:59" }],
    ["changed in the year 10000 by its offset", { modified_date: "9999-12-31T23:59:59-23:59" }],
    ["with a date as long as a book", { date_placed: `2026-01-01T00:00:00.${"0".repeat(1_000_000)}Z` }],
    ["with a pk beyond 2^53", { pk: 2 ** 53 }],
    ["with the digits of a pk beyond 2^53", { pk: "9007199254740993" }],
    ["with an endless number", { orderitem_set: [rawItem(1, { quantity: Infinity })] }],
    [
      "with more lines than anybody orders",
      { orderitem_set: Array.from({ length: 2_001 }, (_, pk) => rawItem(pk + 1)) },
    ],
    ["that is a text", null],
  ])("%s is bad by itself, and what is recorded of it can be stored", (_, overrides) => {
    const reading = overrides === null ? readRecord("order", parseOrder) : order(overrides);
    expect(reading).toMatchObject({ ok: false, error: expect.stringMatching(/./), remoteId: expect.any(String) });
    expect(isStorable(reading.payload)).toBe(true);
    expect(JSON.stringify(reading).length).toBeLessThan(1_000_000);
  });

  it("has a name of its own where its pk cannot be read, the same at every reading", () => {
    const deep = () => readRecord({ pk: "?", note: nested(8_000) }, parseOrder).remoteId;
    expect(deep()).toMatch(/^no-pk-[0-9a-f]{16}$/);
    expect(deep()).toBe(deep());
    expect(readRecord({ pk: "!", note: nested(8_000) }, parseOrder).remoteId).not.toBe(deep());
  });

  it("names its first wrong fields and counts the others", () => {
    const items = Array.from({ length: 2_000 }, (_, index) => rawItem(index + 1, { quantity: 0 }));
    const reading = order({ orderitem_set: items });
    expect(reading).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^orderitem_set\.0\.quantity: .*and 1980 more$/),
    });
  });

  it("may leave out what may be null", () => {
    const bare = without(rawOrder(1), "payment_type", "cargo_company", "shipping_option_slug");
    const item = rawItem(1, { product: { pk: 1, sku: "s", name: "S" } });
    expect(readRecord({ ...bare, shipping_address: {}, orderitem_set: [item] } as JsonValue, parseOrder)).toMatchObject(
      {
        ok: true,
        value: {
          paymentType: null,
          cargoCompany: null,
          shippingOption: null,
          address: { country: null, district: null, postcode: null, latitude: null, longitude: null },
          items: [{ product: { barcode: null } }],
        },
      },
    );
    const location = { ...without(rawLocation(1, "A"), "max_quota"), address: {} };
    expect(readRecord(location as JsonValue, parseLocation)).toMatchObject({
      ok: true,
      value: { maxQuota: null, country: null, latitude: null, longitude: null },
    });
  });

  it("takes null and an empty text for absent", () => {
    for (const nothing of [null, ""])
      expect(order({ payment_type: nothing, cargo_company: nothing })).toMatchObject({
        ok: true,
        value: { paymentType: null, cargoCompany: null },
      });
  });

  it("keeps dates of every year from 1 to 9999 and of every offset", () => {
    for (const [date, instant] of [
      ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
      ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
      ["9999-12-31T23:59:59+23:59", "9999-12-31T00:00:59.000Z"],
      ["2024-02-29T12:00:00.123456-03:00", "2024-02-29T15:00:00.123Z"],
    ])
      expect(order({ date_placed: date })).toMatchObject({ ok: true, value: { placedAt: new Date(instant!) } });
  });

  it("may give its place with more digits than a number holds", () => {
    const place = { latitude: "-23.550519999999999999", longitude: 5e-324 };
    expect(order({ shipping_address: place })).toMatchObject({ ok: true, value: { address: { latitude: -23.55052 } } });
  });

  it("keeps money to the last minor unit", () => {
    expect(order({ amount: "123456789012.34" })).toMatchObject({
      ok: true,
      value: { amountMinor: 12_345_678_901_234n },
    });
    expect(order({ amount: 123_456.78 })).toMatchObject({ ok: false, error: expect.stringContaining("amount") });
  });

  it("is bad as a cancellation plan too where its date cannot be kept", () => {
    const plan = rawCancellation(1, "R1", [[1, 1]], { modified_date: "9999-12-31T23:59:59-23:59" });
    expect(readRecord(plan as JsonValue, parseCancellationPlan)).toMatchObject({
      ok: false,
      error: expect.stringContaining("modified_date"),
    });
  });
});
