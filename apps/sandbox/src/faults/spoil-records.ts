import type { JsonValue } from "@drumline/core/task";

import { pick } from "../seeded-random.ts";

type Fields = { [key: string]: JsonValue };

/** Kept whole, so that a reader can still say which record is bad and where the page ends. */
const KEPT = new Set(["pk", "modified_date"]);

/**
 * Gives a share of the records in a JSON body, and at least one, a field of the wrong kind or none at all.
 * Records are what the body's lists hold; a body without any stays as it is.
 */
export function spoilRecords(text: string, share: number, random: () => number): string {
  const body = JSON.parse(text) as Fields;
  const records = Object.values(body).flatMap((value) => (Array.isArray(value) ? value.filter(isRecord) : []));
  const unlucky = records.filter(() => random() < share);
  if (unlucky.length === 0 && records.length > 0) unlucky.push(pick(random, records));
  for (const record of unlucky) spoilField(record, random);
  return JSON.stringify(body);
}

function spoilField(record: Fields, random: () => number): void {
  const keys = Object.keys(record).filter((name) => !KEPT.has(name));
  if (keys.length === 0) return;
  const key = pick(random, keys);
  const inner = [record[key]!].flat().filter(isRecord);
  if (inner.length > 0 && random() < 0.5) {
    spoilField(pick(random, inner), random);
  } else if (random() < 0.3) {
    delete record[key];
  } else {
    record[key] = wrongKindOf(record[key]!, random);
  }
}

function wrongKindOf(value: JsonValue, random: () => number): JsonValue {
  if (typeof value === "number") return pick(random, [-1 - Math.abs(value), `${value} pieces`, null]);
  if (typeof value === "string") return pick(random, [[value], { value }, 12.5]);
  return pick(random, [0, ["garbage"]]);
}

function isRecord(value: JsonValue): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
