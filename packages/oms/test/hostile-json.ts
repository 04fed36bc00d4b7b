import type { JsonValue } from "@drumline/core/task";
import fc from "fast-check";

const DATES = [
  "0000-01-01T00:00:00Z",
  "0001-01-01T00:00:00Z",
  "0001-01-01T00:00:00+00:01",
  "9999-12-31T23:59:59.999Z",
  "9999-12-31T23:59:59-23:59",
  "+010000-01-01T00:00:00Z",
  "2024-02-29T23:59:59.123456789+05:30",
  "2023-02-29T00:00:00Z",
  "2026-11-20",
  "infinity",
];

const TEXTS = ["", " ", "a\0b", "\ud83d", "x\udc00", "😀", "é", "x".repeat(501), "😀".repeat(300), "__proto__", "null"];

const NUMBERS = [0, -0, -1, 1.5, 1e21, 5e-324, 2 ** 31, 2 ** 53, 2 ** 53 - 1, Infinity, Number.NaN];
const NUMBERS_AS_TEXT = ["9007199254740993", "123456789012.34", "-0.00", "1e5", "NaN", "29.90", "0x10"];

/** What stands in a foreign record where something else was expected. */
const leaves: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(null, true, [], {}, ...TEXTS, ...DATES, ...NUMBERS, ...NUMBERS_AS_TEXT),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.integer(),
  fc.double(),
  fc
    .date({ noInvalidDate: true, min: new Date("0001-01-01"), max: new Date("9999-12-31") })
    .map((at) => at.toISOString()),
  fc.dictionary(fc.string({ unit: "binary", maxLength: 5 }), fc.constantFrom<JsonValue>(1, "a", null, -0), {
    maxKeys: 3,
  }),
);

interface Change {
  readonly place: number;
  /** Undefined takes the field away. */
  readonly to: JsonValue | undefined;
}

/** Records near a good one: each has some of its fields, at any depth, replaced by hostile ones or taken away. */
export const recordsNear = (good: JsonValue, maxChanges = 3): fc.Arbitrary<JsonValue> =>
  fc
    .array(fc.record({ place: fc.nat(), to: fc.option(leaves, { nil: undefined, freq: 4 }) }), {
      maxLength: maxChanges,
    })
    .map((changes) => changes.reduce<JsonValue>(applyChange, structuredClone(good)));

type Holder = Record<string, JsonValue>;

function applyChange(record: JsonValue, { place, to }: Change): JsonValue {
  const places = placesIn(record);
  const chosen = places[place % Math.max(1, places.length)];
  if (chosen === undefined) return record;
  const { holder, key } = chosen;
  if (to === undefined) delete holder[key];
  else Object.defineProperty(holder, key, { value: to, enumerable: true, configurable: true, writable: true });
  return record;
}

function placesIn(value: JsonValue): { readonly holder: Holder; readonly key: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as unknown as Holder;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key]!)]);
}
