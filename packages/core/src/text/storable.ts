import { cutText } from "./cut-text.ts";

const REPLACEMENT = "\ufffd";

/**
 * A text that PostgreSQL keeps, as text and inside jsonb: NUL characters and halves of surrogate pairs become U+FFFD.
 * With `maxCodePoints`, what is longer is cut and ends in "…". For our own words and for foreign words inside them
 * (errors, log lines); a record from outside is refused by `findUnstorable` instead of being changed.
 */
export function toStorableText(text: string, maxCodePoints = Number.POSITIVE_INFINITY): string {
  const kept = cutText(text, maxCodePoints);
  const whole = kept.length < text.length ? `${cutText(kept, maxCodePoints - 1)}…` : kept;
  return whole.toWellFormed().replaceAll("\0", REPLACEMENT);
}

export interface StorableLimits {
  /** Levels of objects and arrays; what is deeper becomes "[too deep]". */
  readonly maxDepth: number;
  /** Values and keys in all; what comes after becomes "[left out]". */
  readonly maxValues: number;
  /** Code points of one text. */
  readonly maxTextCodePoints: number;
  /** Code points of all texts and keys together; later ones become "[left out]". */
  readonly maxCodePoints: number;
}

export const STORABLE_LIMITS: StorableLimits = {
  maxDepth: 32,
  maxValues: 10_000,
  maxTextCodePoints: 10_000,
  maxCodePoints: 256_000,
};

export type StorableJson = null | boolean | number | string | StorableJson[] | { [key: string]: StorableJson };

/**
 * Any value as JSON that PostgreSQL keeps, bounded in depth and size; never throws. A bigint and a number that JSON has
 * no word for (NaN, Infinity) become text, a Date its ISO form, an Error its message, a circle "[circular]". `undefined`
 * and functions are left out of objects and are null in arrays, as JSON.stringify does it.
 */
export function toStorableJson(value: unknown, limits: Partial<StorableLimits> = {}): StorableJson {
  const { maxDepth, maxValues, maxTextCodePoints, maxCodePoints } = { ...STORABLE_LIMITS, ...limits };
  const ancestors = new Set<object>();
  let valuesLeft = maxValues;
  let codePointsLeft = maxCodePoints;

  const toText = (text: string): string => {
    if (codePointsLeft <= 0) return "[left out]";
    const storable = toStorableText(text, Math.min(maxTextCodePoints, codePointsLeft));
    codePointsLeft -= storable.length;
    return storable;
  };

  const convert = (given: unknown, depth: number): StorableJson | undefined => {
    if (given === null) return null;
    if (typeof given === "object") return convertObject(given, depth);
    if (typeof given === "string") return toText(given);
    if (typeof given === "number") return Number.isFinite(given) ? given : String(given);
    if (typeof given === "bigint") return toText(given.toString());
    return typeof given === "boolean" ? given : undefined;
  };

  const convertObject = (given: object, depth: number): StorableJson | undefined => {
    if (ancestors.has(given)) return "[circular]";
    if (depth >= maxDepth) return "[too deep]";
    ancestors.add(given);
    try {
      const plain = toPlain(given);
      if (typeof plain !== "object" || plain === null) return convert(plain, depth);
      if (Array.isArray(plain)) return convertItems(plain, depth);
      return convertFields(plain, depth);
    } catch (error) {
      // A getter or a toJSON of somebody else's object may throw whatever it likes.
      return toText(`[unreadable: ${String(error)}]`);
    } finally {
      ancestors.delete(given);
    }
  };

  const convertItems = (items: readonly unknown[], depth: number): StorableJson[] => {
    const converted: StorableJson[] = [];
    for (const item of items) {
      if (valuesLeft <= 0) return [...converted, "[left out]"];
      valuesLeft -= 1;
      converted.push(convert(item, depth + 1) ?? null);
    }
    return converted;
  };

  const convertFields = (fields: object, depth: number): { [key: string]: StorableJson } => {
    const converted: [string, StorableJson][] = [];
    for (const [key, field] of Object.entries(fields)) {
      if (valuesLeft <= 0) {
        converted.push(["[left out]", true]);
        break;
      }
      valuesLeft -= 1;
      const storable = convert(field, depth + 1);
      if (storable !== undefined) converted.push([toText(key), storable]);
    }
    // Object.fromEntries makes "__proto__" a field like any other.
    return Object.fromEntries(converted);
  };

  return convert(value, 0) ?? null;
}

function toPlain(given: object): unknown {
  if (given instanceof Date) return Number.isNaN(given.getTime()) ? null : given.toISOString();
  if (given instanceof Error) return `${given.name}: ${given.message}`;
  if ("toJSON" in given && typeof given.toJSON === "function") return given.toJSON();
  return given;
}

/** What PostgreSQL cannot keep of a foreign value, and where; null where it can keep all of it. */
export interface Unstorable {
  /** Keys and positions from the root, such as `lines.0.sku`. */
  readonly path: string;
  readonly problem: string;
}

const DEEPEST_RECORD = 100;

/**
 * Looks for what PostgreSQL would refuse as jsonb (a NUL character, half of a surrogate pair, in a text or a key) and for
 * nesting deeper than `maxDepth`. It walks without recursion, so that no depth can end it, and makes nothing for a text:
 * it runs for every value of every record from outside.
 */
export function findUnstorable(value: unknown, maxDepth = DEEPEST_RECORD): Unstorable | null {
  if (typeof value === "string") return toUnstorable(textProblem(value), null, "");
  if (typeof value !== "object" || value === null) return null;
  const pending: Level[] = [{ value: value as Level["value"], key: "", parent: null, depth: 0 }];
  for (let level = pending.pop(); level !== undefined; level = pending.pop()) {
    if (level.depth >= maxDepth) return { path: pathOf(level), problem: `more than ${maxDepth} levels deep` };
    for (const key of Object.keys(level.value)) {
      const keyProblem = textProblem(key);
      if (keyProblem !== null) return toUnstorable(`${keyProblem} in a name`, level, key);
      const field = level.value[key];
      if (typeof field === "string") {
        const problem = textProblem(field);
        if (problem !== null) return toUnstorable(problem, level, key);
      } else if (typeof field === "object" && field !== null)
        pending.push({ value: field as Level["value"], key, parent: level, depth: level.depth + 1 });
    }
  }
  return null;
}

/** An object or array on the way, with what leads to it. */
interface Level {
  readonly value: { readonly [key: string]: unknown };
  readonly key: string;
  readonly parent: Level | null;
  readonly depth: number;
}

const toUnstorable = (problem: string | null, parent: Level | null, key: string): Unstorable | null =>
  problem === null ? null : { path: pathOf({ value: {}, key, parent, depth: 0 }), problem };

function pathOf(level: Level): string {
  const keys: string[] = [];
  for (let at: Level | null = level; at?.parent; at = at.parent) keys.push(at.key);
  return toStorableText(keys.toReversed().join(".") || "record", 200);
}

/** Whether PostgreSQL keeps the value as it is. */
export const isStorable = (value: unknown): boolean => findUnstorable(value) === null;

function textProblem(text: string): string | null {
  if (text.includes("\0")) return "holds a NUL character";
  return text.isWellFormed() ? null : "holds half of a character (a lone surrogate)";
}
