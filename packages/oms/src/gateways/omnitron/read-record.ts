import { createHash } from "node:crypto";

import type { JsonObject, JsonValue } from "@drumline/core/task";
import { findUnstorable, toStorableJson, toStorableText } from "@drumline/core/text";

import type { Reading } from "./port.ts";

/**
 * One record as Omnitron sends it, in a page or a webhook. A bad one is a reading too, with what is wrong and as much of
 * it as can be kept: whatever stands in a record, this never throws, or one of them would take its whole page down.
 */
export function readRecord<Value>(raw: JsonValue, parse: (raw: JsonObject) => Value): Reading<Value> {
  const unstorable = findUnstorable(raw);
  if (unstorable !== null) return toBadReading(raw, `${unstorable.path}: ${unstorable.problem}`);
  if (!isObject(raw)) return toBadReading(raw, "expected an object");
  try {
    return { ok: true, remoteId: remoteIdOf(raw), value: parse(raw), payload: raw };
  } catch (error) {
    return toBadReading(raw, (error as Error).message);
  }
}

const LONGEST_ERROR = 2_000;

/** A record that cannot be taken in, in a form that the database keeps. */
export function toBadReading(raw: JsonValue, error: string): Reading<never> & { readonly ok: false } {
  const payload = toStorableJson(raw);
  return { ok: false, remoteId: remoteIdOf(raw), error: toStorableText(error, LONGEST_ERROR), payload };
}

export function pkOf(raw: JsonValue): number | null {
  const pk = isObject(raw) ? raw["pk"] : null;
  return typeof pk === "number" && Number.isSafeInteger(pk) && pk > 0 ? pk : null;
}

/** The pk; for a record without one, a name made of its content, so that reading it again finds the same problem row. */
function remoteIdOf(raw: JsonValue): string {
  const pk = pkOf(raw);
  return pk === null
    ? `no-pk-${createHash("sha256")
        .update(JSON.stringify(toStorableJson(raw)))
        .digest("hex")
        .slice(0, 16)}`
    : String(pk);
}

export function isObject(raw: JsonValue): raw is JsonObject {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}
