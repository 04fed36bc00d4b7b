import { listPlaces, isText, isNumber, longestList } from "./json-places.ts";
import { type Answer, isJson, type Mutation, withBody } from "./mutation.ts";

const MEGABYTE = 2 ** 20;
/** What makes a record another one, in the words of all systems. */
const IDS = new Set<string | number>(["pk", "id", "no", "number", "code", "sku", "erp_code", "Username"]);

const sized = (name: string, grow: (answer: Answer) => string | null): Mutation => ({
  name,
  spoil: (answer) => {
    const body = grow(answer);
    return body === null ? null : withBody(answer, body);
  },
});

/** The answer's longest list, or its lines, over and over until it has the size; each copy with ids of its own if asked. */
function repeated(answer: Answer, bytes: number, isDistinct: boolean): string | null {
  if (!isJson(answer) || isLines(answer)) return repeatedLines(answer, bytes, isDistinct);
  const root = JSON.parse(answer.body.toString()) as unknown;
  const list = longestList(root);
  if (list === null) return null;
  const [first] = list;
  const record = JSON.stringify(first);
  const copies = Math.floor(bytes / (record.length + 1));
  const mark = "\u0001copies\u0001";
  list.splice(0, list.length, mark);
  const records = Array.from({ length: copies }, (_, no) => (isDistinct ? withIds(record, no) : record));
  return JSON.stringify(root).replace(JSON.stringify(mark), () => records.join(","));
}

const isLines = ({ body }: Answer): boolean => body.indexOf("}\n{") > 0;

function repeatedLines({ body }: Answer, bytes: number, isDistinct: boolean): string | null {
  const lines = body.toString().trimEnd().split("\n");
  if (lines.length < 3) return null;
  const line = lines.at(-1)!;
  const copies = Math.floor(bytes / (line.length + 1));
  const more = Array.from({ length: copies }, (_, no) => (isDistinct ? line.replace(/-(\d+)/, `-x${no}`) : line));
  return `${[...lines, ...more].join("\n")}\n`;
}

function withIds(record: string, no: number): string {
  const root = { record: JSON.parse(record) as unknown };
  for (const { parent, key, value } of listPlaces(
    root,
    (known, name) => IDS.has(name) && (isText(known) || isNumber(known)),
  ))
    (parent as Record<string | number, unknown>)[key] = isText(value) ? `${value}-${no}` : (value as number) + no;
  return JSON.stringify(root.record);
}

const filled = (text: string, bytes: number): string =>
  `[${`${text},`.repeat(Math.floor(bytes / (text.length + 1)))}0]`;

/** Answers that are too much. */
export const sizeMutations: readonly Mutation[] = [
  sized("10,000 times the same record", (answer) => repeated(answer, 2 * MEGABYTE, false)),
  sized("2 MB of records", (answer) => repeated(answer, 2 * MEGABYTE, true)),
  sized("7 MB of records", (answer) => repeated(answer, 7 * MEGABYTE, true)),
  sized("15 MB of records", (answer) => repeated(answer, 15 * MEGABYTE, false)),
  sized("31 MB of records", (answer) => repeated(answer, 31 * MEGABYTE, false)),
  sized("15 MB of lists", () => filled("[]", 15 * MEGABYTE)),
  sized("15 MB of objects", () => filled("{}", 15 * MEGABYTE)),
  sized("7 MB of records that are lists", (answer) => inList(answer, "[]", 7 * MEGABYTE)),
  sized("1 MB of records that are objects", (answer) => inList(answer, "{}", MEGABYTE)),
  sized("60 MB of a text", () => `"${"z".repeat(60 * MEGABYTE)}"`),
];

function inList(answer: Answer, record: string, bytes: number): string | null {
  if (!isJson(answer) || isLines(answer)) return null;
  const root = JSON.parse(answer.body.toString()) as unknown;
  const list = longestList({ root });
  if (list === null) return null;
  const mark = "\u0001list\u0001";
  list.splice(0, list.length, mark);
  return JSON.stringify(root).replace(JSON.stringify([mark]), () => filled(record, bytes));
}
