import { DrumlineError } from "../errors/index.ts";
import type { JsonValue } from "../task/index.ts";
import { cutText } from "./cut-text.ts";

export interface JsonLimits {
  /** Levels of objects and arrays. */
  readonly maxDepth: number;
  /** Values in all: each costs some 20 bytes of heap, however short it is in the text (`[],` is three bytes). */
  readonly maxValues: number;
}

export interface JsonOptions extends JsonLimits {
  /**
   * What becomes of numbers: `digits` keeps those that a double cannot hold as their digits in a string, `refused` throws
   * for them, `text` makes a string of every number, as it is written (`1.10` of a price list).
   */
  readonly inexactNumbers: "digits" | "refused" | "text";
  /** Of members with such a name every number is kept as it is written where a double would be written otherwise: 1.10 of an id. */
  readonly exactMembers?: RegExp;
}

export const JSON_LIMITS: JsonLimits = { maxDepth: 100, maxValues: 500_000 };

/** A text from outside that is no JSON, or JSON beyond what is read. */
export class UnreadableJson extends DrumlineError {
  /** Characters from the beginning; null where the parser did not say. */
  readonly position: number | null;

  constructor(problem: string, position: number | null, cause?: unknown) {
    super(position === null ? problem : `${problem} (at character ${position})`, { code: "UNREADABLE_JSON", cause });
    this.position = position;
  }
}

/**
 * JSON from outside. A number above 2^53 that a double cannot hold (2^53 + 1, also as 9007199254740993.0, an id of 18 digits)
 * and a number beyond every double (1e400) are kept as the text they were written as: an identifier survives, and where a number is expected the
 * record is refused instead of being rounded. Decimals are read as JSON.parse reads them.
 * The text is bounded in depth and number of values before anything is built of it.
 * @throws {UnreadableJson}
 */
export function parseJson(text: string, options: Partial<JsonOptions> = {}): JsonValue {
  const { maxDepth, maxValues, inexactNumbers = "digits", exactMembers } = { ...JSON_LIMITS, ...options };
  const isFound =
    inexactNumbers === "text" ? isNumber : exactMembers === undefined ? isInexact : isInexactOrNamed(exactMembers);
  const inexact = findNumbers(text, { maxDepth, maxValues }, isFound);
  if (inexactNumbers === "refused" && inexact[0] !== undefined) {
    const { from, to } = inexact[0];
    throw new UnreadableJson(
      `holds the number ${cutText(text.slice(from, to), 40)}, which cannot be kept exactly`,
      from,
    );
  }
  try {
    return JSON.parse(inexact.length === 0 ? text : quote(text, inexact)) as JsonValue;
  } catch (cause) {
    throw new UnreadableJson("is not JSON", null, cause);
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
/** `[` and `{`, `]` and `}` differ in this bit alone. */
const BRACE_BIT = 0x20;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** One walk over the text without recursion: strings are jumped over, everything else is counted. */
function findNumbers(text: string, { maxDepth, maxValues }: JsonLimits, isFound: typeof isInexact): Span[] {
  const found: Span[] = [];
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(text, at);
    else if ((unit | BRACE_BIT) === (OPEN | BRACE_BIT)) {
      depth += 1;
      values += 1;
      if (depth > maxDepth) throw new UnreadableJson(`is more than ${maxDepth} levels deep`, at);
    } else if ((unit | BRACE_BIT) === (CLOSE | BRACE_BIT)) depth -= 1;
    else if (unit === COMMA || unit === COLON) values += 1;
    else if (unit === MINUS || (unit >= ZERO && unit <= NINE)) {
      const to = endOfNumber(text, at);
      if (isFound(text, at, to)) found.push({ from: at, to });
      at = to - 1;
    }
    if (values > maxValues) throw new UnreadableJson(`holds more than ${maxValues} values`, at);
  }
  return found;
}

/** The position of the quote that ends the string; the end of the text where none does. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}

function endOfNumber(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && /[0-9.eE+-]/.test(text[at]!)) at += 1;
  return at;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const isNumber = (text: string, from: number, to: number): boolean => NUMBER.test(text.slice(from, to));

/** As `isInexact`, or the number of such a member that a double would write otherwise. */
const isInexactOrNamed =
  (names: RegExp): typeof isInexact =>
  (text, from, to) => {
    if (isInexact(text, from, to)) return true;
    const token = text.slice(from, to);
    return (
      /[.eE]/.test(token) && NUMBER.test(token) && String(Number(token)) !== token && names.test(nameBefore(text, from))
    );
  };

/** The name of the member whose value begins there; empty for what is no member's. */
const nameBefore = (text: string, from: number): string =>
  /"([^"\\]*)"\s*:\s*$/.exec(text.slice(Math.max(0, from - MOST_LOOKED_BACK), from))?.[1] ?? "";

const MOST_LOOKED_BACK = 200;
const SAFE_DIGITS = 15;
const INTEGER = /^-?(?:0|[1-9]\d*)$/;

function isInexact(text: string, from: number, to: number): boolean {
  // Neither long nor with an exponent: the usual case, and exact.
  if (to - from <= SAFE_DIGITS && !/e/i.test(text.slice(from, to))) return false;
  const token = text.slice(from, to);
  const value = Number(token);
  if (INTEGER.test(token)) return !Number.isSafeInteger(value);
  return Math.abs(value) > Number.MAX_SAFE_INTEGER && !isHeld(token, value);
}

/** Longer than any double needs to be written. */
const MOST_HELD_CHARACTERS = 400;

/** A number beyond 2^53 with a point or an exponent that a double holds: as doubles are written, or of that very value. */
function isHeld(token: string, value: number): boolean {
  if (!Number.isFinite(value) || token.length > MOST_HELD_CHARACTERS || !NUMBER.test(token)) return false;
  const [mantissa = "", exponent = "0"] = token.toLowerCase().split("e");
  if (String(value) === token.toLowerCase().replace(/e(?=\d)/, "e+")) return true;
  const [whole = "", fraction = ""] = mantissa.split(".");
  const shift = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  return shift >= 0
    ? digits * 10n ** BigInt(shift) === BigInt(value)
    : digits === BigInt(value) * 10n ** BigInt(-shift);
}

function quote(text: string, spans: readonly Span[]): string {
  const parts: string[] = [];
  let copied = 0;
  for (const { from, to } of spans) {
    parts.push(text.slice(copied, from), '"', text.slice(from, to), '"');
    copied = to;
  }
  return [...parts, text.slice(copied)].join("");
}
