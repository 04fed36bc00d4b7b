import type { Dice } from "../../dice.ts";
import { isInstant, isLeaf, isNumber, isText, replaceOne } from "./json-places.ts";
import { isJson, type Mutation, withBody } from "./mutation.ts";

type Fits = (value: unknown, key: string | number) => boolean;

/** Stands where a text goes that JSON.stringify would not write. */
const RAW = "\u0001raw\u0001";

/** Spoils one value of one record: the others of the answer are as they should be. */
const value = (name: string, fits: Fits, to: (value: unknown) => unknown, raw = ""): Mutation => ({
  name,
  spoil: (answer, dice) => {
    const write = (root: unknown): string | null =>
      replaceOne(root, dice, fits, to) ? JSON.stringify(root).replace(JSON.stringify(RAW), () => raw) : null;
    const text = answer.body.toString();
    const spoiled = isJson(answer) ? spoilJson(text, dice, write) : null;
    return spoiled === null ? null : withBody(answer, spoiled);
  },
});

/** A document, or one of the lines of JSON lines. */
function spoilJson(text: string, dice: Dice, write: (root: unknown) => string | null): string | null {
  const lines = text.trimEnd().split("\n");
  const at = lines.length === 1 ? 0 : Math.floor(dice.roll() * lines.length);
  let root: unknown;
  try {
    root = JSON.parse(lines.length === 1 ? text : lines[at]!);
  } catch {
    return null;
  }
  const written = write(root);
  return written === null ? null : lines.with(at, written).join("\n");
}

const raw = (name: string, fits: Fits, text: string): Mutation => value(name, fits, () => RAW, text);

const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const nestedObjects = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

const valueMutations: readonly Mutation[] = [
  value("a NUL in a text", isText, (text) => `${String(text)}\0`),
  value("half of a surrogate pair in a text", isText, (text) => `${String(text)}\ud83d`),
  value("an emoji at the cut of a text", isText, () => `${"x".repeat(199)}😀`),
  value("a text of 1 MB", isText, () => "x".repeat(2 ** 20)),
  value("an empty text", isText, () => ""),
  value("text that steers a terminal", isText, () => "\u001b[2J\u001b]0;owned\u0007\u202e"),
  value("the year 0", isInstant, () => "0000-01-01T00:00:00Z"),
  value("the year 10000 by its offset", isInstant, () => "9999-12-31T23:59:59-23:59"),
  value("a year of six digits", isInstant, () => "+275760-09-13T00:00:00.000Z"),
  value("30 February", isInstant, () => "2026-02-30T10:00:00Z"),
  value("no instant", isInstant, () => "yesterday"),
  raw("2^53+1", isNumber, "9007199254740993"),
  raw("1e400", isNumber, "1e400"),
  raw("a number of 100,000 digits", isNumber, "9".repeat(100_000)),
  value("a negative number", isNumber, () => -1),
  value("a fraction", isNumber, () => 0.1 + 0.2),
  value("2^31", isNumber, () => 2 ** 31),
  value("a text for a number", isNumber, (number) => String(number)),
  value("null for a value", isLeaf, () => null),
  value("an object for a value", isLeaf, () => ({ "": {} })),
  value("a list for a value", isLeaf, () => [[]]),
  value("true for a value", isLeaf, () => true),
  value("a value left out", isLeaf, () => undefined),
  raw("8,000 lists deep", isLeaf, nested(8_000)),
  raw("200,000 lists deep", isLeaf, nested(200_000)),
  raw("8,000 objects deep", isLeaf, nestedObjects(8_000)),
  raw("__proto__", isLeaf, '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
];

const textMutation = (name: string, spoil: (text: string, dice: Dice) => string): Mutation => ({
  name,
  spoil: (answer, dice) => withBody(answer, spoil(answer.body.toString(), dice)),
});

/** Spoils a line of a feed, or whatever else is not JSON, and JSON as a text. */
const textMutations: readonly Mutation[] = [
  textMutation("a key twice", (text) => text.replace(/"(\w+)":/, '"$1":{"first":1},"$1":')),
  textMutation("the answer is null", () => "null"),
  textMutation("the answer is a list", () => "[]"),
  textMutation("the answer is another object", () => '{"ok":false,"error":"maintenance"}'),
  textMutation("NaN", (text) => text.replace(/:\s*-?\d+/, ":NaN")),
  textMutation("a NUL byte in a line", (text, dice) => spoilLine(text, dice, (line) => line.replace(/,|"/, "\0$&"))),
  textMutation("a quote that never ends", (text, dice) => spoilLine(text, dice, (line) => `"${line}`)),
  textMutation("a line of 4 MB", (text, dice) => spoilLine(text, dice, (line) => line + "y".repeat(4 * 2 ** 20))),
  textMutation("a hundred thousand commas", (text, dice) => spoilLine(text, dice, () => ",".repeat(100_000))),
  textMutation("a lone surrogate escaped", (text) => text.replace(/:\s*"/, ': "\\ud800')),
];

function spoilLine(text: string, dice: Dice, spoil: (line: string) => string): string {
  const lines = text.split("\n");
  const at = Math.floor(dice.roll() * lines.length);
  return lines.with(at, spoil(lines[at]!)).join("\n");
}

/** Answers of which a part is wrong. */
export const contentMutations: readonly Mutation[] = [...valueMutations, ...textMutations];
