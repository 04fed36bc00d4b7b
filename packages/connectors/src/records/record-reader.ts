import type { JsonObject, JsonValue } from "@drumline/core/task";
import { excerptOf, type JsonOptions, parseJson, UnreadableJson } from "@drumline/core/text";
import { messageOf } from "@drumline/core/errors";

import { createValueScanner, type ScannedValue, type ValueScanner } from "./value-scanner.ts";

/** One record of a list, or why it cannot be used. `no` counts from 1. */
export type JsonRecord =
  | { readonly no: number; readonly value: JsonValue; readonly problem: null }
  | { readonly no: number; readonly problem: string; readonly excerpt: string };

export interface RecordLimits {
  /** Of one record. */
  readonly maxBytes: number;
  readonly maxDepth: number;
  /** Values of one record, as `JsonLimits` counts them. */
  readonly maxValues: number;
  readonly maxRecords: number;
  /** Values of all records together, for an answer that is held whole. */
  readonly maxValuesInAll: number;
}

const LIMITS: RecordLimits = {
  maxBytes: 1_000_000,
  maxDepth: 100,
  maxValues: 50_000,
  maxRecords: 100_000,
  maxValuesInAll: Infinity,
};

export interface RecordReader {
  /**
   * The records that end in this piece of the text, one after the other.
   * @throws {UnreadableJson} Where the text around the records is not what was expected.
   */
  push(bytes: Uint8Array): Generator<JsonRecord>;
  /**
   * To be called after the last piece: what stands beside the list, numbers as they are written.
   * @throws {UnreadableJson} Where the text is cut off.
   */
  end(): JsonObject;
}

/** Members beside the list, and bytes of each. */
const MOST_BESIDE = 100;
const MOST_BESIDE_BYTES = 16_384;
/** Names, not amounts, as partners spell them: the record 1.10 is not the record 1.1. A price stays a number. */
const IDENTIFIERS =
  /^(?:id|ID|no|number|sku|SKU|code|order|ean|barcode)$|_(?:id|no|number|sku|code)$|[a-z](?:Id|ID|No|Number|Sku|Code)$/;
const BYTE_ORDER_MARK = new Set([0xef, 0xbb, 0xbf]);
const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT, COMMA, COLON] = [0x5b, 0x5d, 0x7b, 0x7d, 0x2c, 0x3a];

/** What a JSON text can begin with. */
const BEGINNINGS = Buffer.from('{["-0123456789tfn');

type Place =
  | "start"
  | "name or end"
  | "name"
  | "colon"
  | "value"
  | "after value"
  | "record or end"
  | "record"
  | "after record"
  | "over";

/**
 * Reads the records of a JSON list out of a byte stream in bounded memory: of a text that is a list, or, with `member`, of
 * one that is an object with the list in that member. A record that is no JSON, no UTF-8, too large, too deep or too full
 * fails alone; numbers are kept exactly as `parseJson` keeps them.
 */
export function createRecordReader({
  member = null,
  ...given
}: { readonly member?: string | null } & Partial<RecordLimits> = {}): RecordReader {
  const limits = { ...LIMITS, ...given };
  const beside: [string, JsonValue][] = [];
  const names = new Set<string>();
  let place: Place = "start";
  let scanner: ValueScanner | null = null;
  let name = "";
  let hasList = member === null;
  let no = 0;
  let valuesInAll = 0;

  function* push(bytes: Uint8Array): Generator<JsonRecord> {
    let at = 0;
    while (at < bytes.length) {
      if (scanner === null) {
        const byte = bytes[at]!;
        if (SPACE.has(byte) || (place === "start" && BYTE_ORDER_MARK.has(byte))) at += 1;
        else if (step(byte)) at += 1;
        continue;
      }
      const found = scanner.push(bytes, at);
      at = found.at;
      if (found.value === null) return;
      scanner = null;
      const record = take(found.value);
      if (record !== null) yield record;
    }
  }

  /** Looks at a byte between values. False where it is the first of a value, for the scanner to read. */
  function step(byte: number): boolean {
    switch (place) {
      case "start":
        if (byte === (member === null ? OPEN_LIST : OPEN_OBJECT))
          return goOn(member === null ? "record or end" : "name or end");
        if (!BEGINNINGS.includes(byte)) throw new UnreadableJson("is not JSON", 0);
        throw unexpected(byte, member === null ? "a list" : "an object");
      case "name or end":
        if (byte === CLOSE_OBJECT) return goOn("over");
        return scan("name", MOST_BESIDE_BYTES);
      case "name":
        return scan("name", MOST_BESIDE_BYTES);
      case "colon":
        if (byte === COLON) return goOn("value");
        throw unexpected(byte, "a colon");
      case "value":
        if (name !== member) return scan("value", MOST_BESIDE_BYTES);
        if (byte === OPEN_LIST) {
          hasList = true;
          return goOn("record or end");
        }
        throw unexpected(byte, `a list in "${name}"`);
      case "after value":
        if (byte === COMMA) return goOn("name");
        if (byte === CLOSE_OBJECT) return goOn("over");
        throw unexpected(byte, "a comma or the end of the object");
      case "record or end":
        if (byte === CLOSE_LIST) return goOn(member === null ? "over" : "after value");
        return scan("record", limits.maxBytes);
      case "record":
        return scan("record", limits.maxBytes);
      case "after record":
        if (byte === COMMA) return goOn("record");
        if (byte === CLOSE_LIST) return goOn(member === null ? "over" : "after value");
        throw unexpected(byte, `a comma or the end of the list after record ${no}`);
      case "over":
        throw unexpected(byte, "nothing after the end");
    }
  }

  function goOn(next: Place): true {
    place = next;
    return true;
  }

  function scan(what: Place, maxBytes: number): false {
    place = what;
    scanner = createValueScanner(maxBytes, limits.maxDepth);
    return false;
  }

  function take(found: ScannedValue): JsonRecord | null {
    if (place === "record") return takeRecord(found);
    // What stands beside the list are names: a cursor of 1.10 is not one of 1.1.
    const value = parse(found, place === "value" ? "text" : "digits");
    if (place === "name") {
      if (typeof value !== "string") throw new UnreadableJson("has a member without a name", null);
      name = value;
      if (names.has(name)) throw new UnreadableJson(`has ${excerptOf(name)} twice`, null);
      if (names.size >= MOST_BESIDE) throw new UnreadableJson(`has more than ${MOST_BESIDE} members`, null);
      names.add(name);
      place = "colon";
    } else {
      beside.push([name, value]);
      place = "after value";
    }
    return null;
  }

  function takeRecord(found: ScannedValue): JsonRecord {
    place = "after record";
    no += 1;
    valuesInAll += found.values;
    if (no > limits.maxRecords) throw new UnreadableJson(`has more than ${limits.maxRecords} records`, null);
    if (valuesInAll > limits.maxValuesInAll)
      throw new UnreadableJson(`holds more than ${limits.maxValuesInAll} values`, null);
    try {
      return { no, value: parse(found), problem: null };
    } catch (error) {
      return { no, problem: messageOf(error), excerpt: excerptOf(Buffer.from(found.bytes).toString()) };
    }
  }

  function parse(found: ScannedValue, inexactNumbers: JsonOptions["inexactNumbers"] = "digits"): JsonValue {
    if (found.problem !== null) throw new UnreadableJson(found.problem, null);
    const value = parseJson(toText(found.bytes), { ...limits, inexactNumbers, exactMembers: IDENTIFIERS });
    // Of two members with one name JSON.parse keeps the last without a word.
    if (countNames(value) !== found.names) throw new UnreadableJson("has a member twice", null);
    return value;
  }

  return {
    push,
    end() {
      if (place !== "over")
        throw new UnreadableJson(
          `ends too early, ${no === 0 ? "before its first record ended" : `after record ${no}`}`,
          null,
        );
      if (!hasList) throw new UnreadableJson(`has no list "${member}"`, null);
      return Object.fromEntries(beside);
    },
  };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function toText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new UnreadableJson("is not UTF-8", null, cause);
  }
}

function countNames(value: JsonValue): number {
  const pending: JsonValue[] = [value];
  let names = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== "object" || next === null) continue;
    const fields: readonly JsonValue[] = Array.isArray(next) ? next : Object.values(next);
    if (!Array.isArray(next)) names += fields.length;
    for (const field of fields) if (typeof field === "object" && field !== null) pending.push(field);
  }
  return names;
}

const unexpected = (byte: number, expected: string): UnreadableJson =>
  new UnreadableJson(`has ${JSON.stringify(String.fromCodePoint(byte))} where ${expected} was expected`, null);
