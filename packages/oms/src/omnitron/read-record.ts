import { createHash } from "node:crypto";

import type { JsonObject, JsonValue } from "@drumline/core/task";

import { isStorable } from "../wire-kinds.ts";
import type { Reading } from "./port.ts";

/** One record as Omnitron sends it, in a page or a webhook; a bad one is a reading too, with what is wrong. */
export function readRecord<Value>(raw: JsonValue, parse: (raw: JsonObject) => Value): Reading<Value> {
  const remoteId = remoteIdOf(raw);
  if (!isStorable(raw)) {
    const error = "a text holds a NUL character or half of a surrogate pair, which the database cannot keep";
    return { ok: false, remoteId, error, payload: JSON.stringify(raw) };
  }
  if (!isObject(raw)) return { ok: false, remoteId, error: "expected an object", payload: raw };
  try {
    return { ok: true, remoteId, value: parse(raw), payload: raw };
  } catch (error) {
    return { ok: false, remoteId, error: (error as Error).message, payload: raw };
  }
}

export function pkOf(raw: JsonValue): number | null {
  const pk = isObject(raw) ? raw["pk"] : null;
  return typeof pk === "number" && Number.isSafeInteger(pk) && pk > 0 ? pk : null;
}

/** The pk; for a record without one, a name made of its content, so that reading it again finds the same problem row. */
function remoteIdOf(raw: JsonValue): string {
  const pk = pkOf(raw);
  return pk === null
    ? `no-pk-${createHash("sha256").update(JSON.stringify(raw)).digest("hex").slice(0, 16)}`
    : String(pk);
}

export function isObject(raw: JsonValue): raw is JsonObject {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}
