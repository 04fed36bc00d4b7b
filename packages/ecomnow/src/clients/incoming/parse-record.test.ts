import type { JsonValue } from "@drumline/core/task";
import { isStorable } from "@drumline/core/text";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { RecordNotMapped } from "@drumline/connectors/mapping";
import { parseRecord } from "./parse-record.ts";

const order = {
  external_id: "A1",
  currency: "EUR",
  paid_minor: 1_500,
  placed_at: "2026-11-20T10:00:00+01:00",
  lines: [{ sku: "S1", quantity: 2, price_minor: 750 }],
};

describe("a client's record", () => {
  it("is read as the entity it is, with what may be left out filled in", () => {
    expect(parseRecord("ORDER", order, { raw: 1 })).toEqual({
      externalId: "A1",
      data: { ...order, status: "OPEN" },
      raw: { raw: 1 },
    });
    const product = { external_id: "P1", colour: { of: ["red", null] } };
    expect(parseRecord("PRODUCT", product, null).data).toEqual(product);
  });

  it("of stock below zero says that none is left", () => {
    expect(parseRecord("STOCK", { external_id: "P", quantity: -2 }, null).data).toEqual({
      external_id: "P",
      quantity: 0,
    });
    for (const quantity of ["", "5", 5.5, null])
      expect(() => parseRecord("STOCK", { external_id: "P", quantity }, null)).toThrow(/quantity/);
  });

  it("says every place that is wrong", () => {
    const bad = { ...order, currency: "euro", paid_minor: 9.5, lines: [{ sku: "", quantity: 0, price_minor: -1 }] };
    const parse = () => parseRecord("ORDER", bad, null);
    expect(parse).toThrow(RecordNotMapped);
    for (const place of ["currency", "paid_minor", "lines.0.sku", "lines.0.quantity", "lines.0.price_minor"])
      expect(parse).toThrow(new RegExp(place.replaceAll(".", "\\.")));
  });

  it.each([
    ["a NUL", { external_id: "P", name: "a\0b" }],
    ["a NUL in a key", { external_id: "P", "a\0": 1 }],
    ["half of a surrogate pair", { external_id: "P", name: "\ud800" }],
    ["a NUL after a backslash", { external_id: "P", name: "\\\0" }],
  ])("is refused for %s, which no table can keep", (_what, record) => {
    expect(() => parseRecord("PRODUCT", record, null)).toThrow(/cannot be kept/);
  });

  it("is not refused for text that only looks like one", () => {
    expect(parseRecord("PRODUCT", { external_id: "P", name: "\\u0000 \\\\ud800 😀" }, null).externalId).toBe("P");
  });

  it("with hostile values in its fields is read as what can be stored, or refused", () => {
    const hostile = fc.oneof(
      fc.constantFrom<JsonValue>(
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "2026-02-30T00:00:00Z",
        "9007199254740993",
        2 ** 53,
        -1,
        1e300,
        "a\0",
        "\ud83d",
        "😀".repeat(300),
        null,
        [],
        {},
      ),
      fc.jsonValue({ stringUnit: "binary" }) as fc.Arbitrary<JsonValue>,
    );
    const names = fc.constantFrom("external_id", "currency", "paid_minor", "placed_at", "lines", "status", "more");
    const entity = fc.constantFrom("ORDER", "SHIPMENT", "REFUND", "PRODUCT", "PRICE", "STOCK");
    fc.assert(
      fc.property(entity, fc.dictionary(names, hostile, { maxKeys: 3 }), (kind, fields) => {
        const full = { ...order, order: "A", tracking_number: "T", carrier: "c", status: "OPEN", amount_minor: 1 };
        try {
          expect(isStorable(parseRecord(kind, { ...full, price_minor: 1, quantity: 1, ...fields }, null).data)).toBe(
            true,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(RecordNotMapped);
        }
      }),
      { seed: 7, numRuns: 2_000 },
    );
  });

  it("is read or refused, whatever it is", () => {
    const entity = fc.constantFrom("ORDER", "SHIPMENT", "REFUND", "PRODUCT", "PRICE", "STOCK");
    fc.assert(
      fc.property(entity, fc.jsonValue({ stringUnit: "binary" }), (kind, value) => {
        try {
          expect(parseRecord(kind, value as JsonValue, null).externalId).not.toBe("");
        } catch (error) {
          expect(error).toBeInstanceOf(RecordNotMapped);
        }
      }),
    );
  });
});
