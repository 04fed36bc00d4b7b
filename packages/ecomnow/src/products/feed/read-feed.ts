import { createCsvReader, createLineSplitter, EndlessLine, type Line, type RawRecord } from "@drumline/connectors/csv";
import { closestName } from "@drumline/core/errors";
import { excerptOf } from "@drumline/core/text";

import { FEED_COLUMNS, type FeedColumn, type FeedItem, REQUIRED_COLUMNS } from "./feed-item.ts";
import { FeedUnusable } from "./feed-unusable.ts";
import { type BadItem, isReadable, parseItem, type ReadColumn, toSellable } from "./parse-item.ts";
import { readJsonLine } from "./read-json-line.ts";

/** How a vendor writes its feed. */
export interface FeedShape {
  readonly kind: "STOCK" | "CBP";
  readonly format: "CSV" | "JSON_LINES";
  /** A label TextDecoder knows. */
  readonly encoding: string;
  readonly delimiter: string;
  /** Our column to the vendor's name of it, where they differ. */
  readonly columns: Readonly<Partial<Record<FeedColumn, string>>>;
}

/** One line, read: an item, or why it is none. */
export type FeedLine =
  | { readonly no: number; readonly item: FeedItem; readonly isOversold: boolean; readonly bad: null }
  | { readonly no: number; readonly bad: BadItem; readonly text: string };

export interface FeedReader {
  /** Throws `FeedUnusable` as soon as the whole cannot be a feed. */
  push(bytes: Uint8Array): FeedLine[];
  /** `wasCutOff`: the text ends in the middle of a line that cannot be read. */
  end(): { readonly lines: FeedLine[]; readonly endsWithLineEnd: boolean; readonly wasCutOff: boolean };
}

const EXCERPT_CODE_POINTS = 120;
const MOST_LINE_CHARACTERS = 65_536;
const GIVE_UP_CHARACTERS = 64 * 1024 * 1024;

/** Reads a feed as it comes, in bounded memory. */
export function createFeedReader(shape: FeedShape): FeedReader {
  const decoder = toDecoder(shape.encoding);
  const splitter = createLineSplitter(MOST_LINE_CHARACTERS, GIVE_UP_CHARACTERS);
  const records = shape.format === "CSV" ? createCsvRecords(shape) : createJsonRecords(shape);
  let begun = false;
  let lastText = "";

  function pushText(text: string): FeedLine[] {
    if (text === "") return [];
    if (!begun && text.trim() !== "") {
      begun = true;
      if (text.trimStart().startsWith("<"))
        throw new FeedUnusable(
          "NOT_A_FEED",
          `what came is a web page and no feed: ${excerptOf(text, EXCERPT_CODE_POINTS)}`,
        );
    }
    lastText = text;
    return records.push(split(text));
  }

  function split(text: string): Line[] {
    try {
      return splitter.push(text);
    } catch (error) {
      throw error instanceof EndlessLine ? new FeedUnusable("ENDLESS_LINE", error.message, error) : error;
    }
  }

  return {
    push(bytes) {
      if (!begun) refuseOtherEncoding(bytes, shape.encoding);
      return pushText(decoder.decode(bytes, { stream: true }));
    },
    end() {
      const lines = pushText(decoder.decode());
      const endsWithLineEnd = lastText.endsWith("\n");
      const last = splitter.end();
      const tail = records.end(last);
      lines.push(...tail);
      return { lines, endsWithLineEnd, wasCutOff: last !== null && (tail.at(-1)?.bad ?? null) !== null };
    },
  };
}

interface Records {
  push(lines: readonly Line[]): FeedLine[];
  end(last: Line | null): FeedLine[];
}

function createCsvRecords(shape: FeedShape): Records {
  let places: ReadonlyMap<FeedColumn, number> | null = null;
  let width: number | null = null;
  let fields: readonly string[] = [];
  const read: ReadColumn = (column) => {
    const place = places!.get(column);
    return place === undefined ? "" : fields[place]!;
  };
  const csv = createCsvReader({ delimiter: shape.delimiter, columns: () => width });

  function toLines(raw: readonly RawRecord[]): FeedLine[] {
    const lines: FeedLine[] = [];
    for (const record of raw) {
      if (places === null) {
        places = readHeader(record, shape);
        width = record.problem === null ? record.fields.length : null;
      } else if (record.problem !== null) {
        const sku = guessSku(record.text, shape.delimiter, places.get("sku")!);
        lines.push({ no: record.no, bad: { sku, ...record.problem, quantity: 0 }, text: record.text });
      } else {
        fields = record.fields;
        lines.push(toLine(record.no, parseItem(shape.kind, read), () => record.fields.join(shape.delimiter)));
      }
    }
    return lines;
  }

  return {
    push(lines) {
      // One by one until the header says how wide a record is.
      const out: FeedLine[] = [];
      let raw: RawRecord[] = [];
      for (const line of lines) {
        csv.push(line, raw);
        if (places === null && raw.length > 0) {
          out.push(...toLines(raw));
          raw = [];
        }
      }
      const rest = toLines(raw);
      return out.length === 0 ? rest : [...out, ...rest];
    },
    end(last) {
      const raw: RawRecord[] = [];
      if (last !== null) csv.push(last, raw);
      csv.end(raw);
      return toLines(raw);
    },
  };
}

function createJsonRecords(shape: FeedShape): Records {
  const toLines = (lines: readonly Line[]) =>
    lines.flatMap((line): FeedLine[] => {
      if (line.text.trim() === "") return [];
      const found = line.isTooLong
        ? { problem: { code: "LINE_TOO_LONG", reason: "is longer than a line may be" } }
        : readJsonLine(line.text, shape.columns);
      if ("problem" in found)
        return [{ no: line.no, bad: { sku: null, ...found.problem, quantity: 0 }, text: line.text }];
      return [toLine(line.no, parseItem(shape.kind, found.read), () => line.text)];
    });
  return { push: toLines, end: (last) => (last === null ? [] : toLines([last])) };
}

function toLine(no: number, found: FeedItem | BadItem, textOf: () => string): FeedLine {
  if ("reason" in found) return { no, bad: found, text: textOf() };
  const { quantity } = found;
  return { no, item: { ...found, quantity: toSellable(quantity) }, isOversold: quantity < 0, bad: null };
}

function readHeader(record: RawRecord, shape: FeedShape): ReadonlyMap<FeedColumn, number> {
  if (record.problem !== null)
    throw new FeedUnusable(
      "MISSING_COLUMNS",
      `the header ${record.problem.reason}: ${excerptOf(record.text, EXCERPT_CODE_POINTS)}`,
    );
  const names = record.fields.map((name) => name.trim().toLowerCase());
  const places = new Map<FeedColumn, number>();
  for (const column of FEED_COLUMNS) {
    const place = names.indexOf((shape.columns[column] ?? column).toLowerCase());
    if (place !== -1) places.set(column, place);
  }
  const missing = REQUIRED_COLUMNS[shape.kind].filter((column) => !places.has(column));
  if (missing.length > 0) {
    const wanted = missing.map((column) => {
      const name = shape.columns[column] ?? column;
      const near = closestName(name, names);
      return near === null ? name : `${name} (did the vendor mean ${near}?)`;
    });
    throw new FeedUnusable(
      "MISSING_COLUMNS",
      `the header has no ${wanted.join(", ")}; it is ${excerptOf(record.fields.join(shape.delimiter), EXCERPT_CODE_POINTS)}. ` +
        "If the vendor names its columns otherwise, say so in feed_columns.",
    );
  }
  return places;
}

/** The SKU of a record that could not be read, where it stands plainly at its place: its product is in the feed. */
function guessSku(text: string, delimiter: string, place: number): string | null {
  const before = text.split(delimiter, place + 1);
  if (before.length <= place || before.some((field) => field.includes('"'))) return null;
  const sku = before[place]!.trim();
  return sku !== "" && isReadable(sku) ? sku : null;
}

function toDecoder(encoding: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(encoding);
  } catch (cause) {
    const message = `feed_encoding is ${JSON.stringify(encoding)}, expected utf-8, windows-1252, utf-16le or another label of the Encoding standard.`;
    throw new FeedUnusable("WRONG_ENCODING", message, cause);
  }
}

function refuseOtherEncoding(bytes: Uint8Array, encoding: string): void {
  const found =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null;
  if (found !== null && !encoding.toLowerCase().startsWith("utf-16"))
    throw new FeedUnusable(
      "WRONG_ENCODING",
      `the feed is ${found}, but feed_encoding is ${encoding}. Set it to ${found}.`,
    );
}
