import { describe, expect, it } from "@jest/globals";

import type { JsonObject, JsonValue } from "@drumline/core/task";
import { isStorable } from "@drumline/core/text";
import fc from "fast-check";

import { parseStock } from "../src/gateways/inventory/parse-stock.ts";
import { parseCancellationPlan } from "../src/gateways/omnitron/parse-cancellation-plan.ts";
import { parseLocation } from "../src/gateways/omnitron/parse-location.ts";
import { parseOrder } from "../src/gateways/omnitron/parse-order.ts";
import { readRecord } from "../src/gateways/omnitron/read-record.ts";
import { parseAnnounced, parseCalledBack, parseTracking } from "@drumline/outbound/carriers";
import { InvalidRecord } from "@drumline/outbound/records";
import { recordsNear } from "./hostile-json.ts";
import { goodAnswers } from "./good-answers.ts";

const PARSERS: Readonly<Record<keyof typeof goodAnswers, (raw: JsonValue) => unknown>> = {
  order: (raw) => parseOrder(raw as JsonObject),
  cancellationPlan: (raw) => parseCancellationPlan(raw as JsonObject),
  location: (raw) => parseLocation(raw as JsonObject),
  tracking: parseTracking,
  announced: parseAnnounced,
  calledBack: parseCalledBack,
  stock: (raw) => parseStock(raw, ["a", "b"]),
};

describe("whatever an outside system says instead of", () => {
  it.each(Object.keys(PARSERS) as (keyof typeof goodAnswers)[])("%s, it is read or refused by name", (kind) => {
    const parse = PARSERS[kind];
    expect(() => parse(goodAnswers[kind])).not.toThrow();
    fc.assert(
      fc.property(
        fc.oneof(
          recordsNear(goodAnswers[kind]),
          fc.json().map((text) => JSON.parse(text) as JsonValue),
        ),
        (raw) => {
          try {
            expect(isStorable(asStored(parse(raw)))).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidRecord);
            expect(isStorable((error as Error).message)).toBe(true);
            expect((error as Error).message.length).toBeLessThan(5_000);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it("an item's attributes, a NUL in them is refused by name", () => {
    const order = goodAnswers.order as JsonObject;
    const [item] = order["orderitem_set"] as readonly [JsonObject];
    const spoiled = { ...item, attributes_kwargs: { seller: "a\0b", deep: [[1]] } };
    expect(() => parseOrder({ ...order, orderitem_set: [spoiled] })).toThrow(/attributes_kwargs: .*NUL/);
  });

  it.each([
    ["an order", goodAnswers.order, parseOrder],
    ["a cancellation plan", goodAnswers.cancellationPlan, parseCancellationPlan],
    ["a location", goodAnswers.location, parseLocation],
  ] as const)("%s on a page, it becomes a reading that can be stored", (_, good, parse) => {
    fc.assert(
      fc.property(recordsNear(good, 6), (raw) => {
        const reading = readRecord(raw, parse as (raw: JsonObject) => unknown);
        expect(isStorable(reading.payload)).toBe(true);
        expect(reading.ok || (reading.error !== "" && isStorable(reading.error))).toBe(true);
        expect(readRecord(raw, parse as (raw: JsonObject) => unknown).remoteId).toBe(reading.remoteId);
      }),
      { numRuns: 300 },
    );
  });
});

/** Dates and big integers as the statements send them. */
const asStored = (value: unknown): JsonValue =>
  JSON.parse(
    JSON.stringify(value instanceof Map ? [...value] : value, (_, field: unknown) =>
      typeof field === "bigint" ? String(field) : field,
    ),
  ) as JsonValue;
