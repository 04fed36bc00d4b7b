import { createCsvReader, createLineSplitter, type RawRecord } from "@drumline/connectors/csv";
import { createRecordReader, type JsonRecord } from "@drumline/connectors/records";
import { DrumlineError } from "@drumline/core/errors";
import { createYielder } from "@drumline/core/process";
import type { JsonObject, JsonValue } from "@drumline/core/task";
import { excerptOf, parseJson, UnreadableJson } from "@drumline/core/text";

import type { IncomingSource } from "../configurations/source.ts";
import { parseXml } from "./parse-xml.ts";
import { pathTo } from "./path-to.ts";

/** A text that is no list of records in the format it should have: nothing of it was used. */
export class UnreadableRecords extends DrumlineError {
  constructor(problem: string, cause?: unknown) {
    super(problem, { code: "UNREADABLE_RECORDS", cause });
  }
}

export interface ReadText {
  readonly records: readonly JsonRecord[];
  /** What stands around the list, for whoever looks for a cursor in it. */
  readonly beside: JsonValue;
}

type Reading = Pick<IncomingSource, "format" | "records" | "csv">;

const MOST_RECORDS = 100_000;
/** Small enough to be read in some milliseconds. */
const PIECE_BYTES = 16_384;

/** The records of a text, each for itself. @throws {UnreadableRecords} */
export async function readRecords(text: string, reading: Reading): Promise<ReadText> {
  const plain = text.replace(/^\u{feff}/u, "");
  if (plain.trim() === "") return { records: [], beside: null };
  try {
    if (reading.format === "csv") return { records: await readCsv(plain, reading), beside: null };
    if (reading.format === "xml") return toRecords(parseXml(plain), reading.records);
    return await readJson(plain, reading.records);
  } catch (error) {
    if (error instanceof UnreadableJson)
      throw new UnreadableRecords(`is no list of records: it ${error.message}`, error);
    throw error;
  }
}

/** Record by record where the list is at the root or in a member of it; whole where it lies deeper or is no list. */
async function readJson(text: string, at: string | null): Promise<ReadText> {
  if (at === null || !at.includes("."))
    try {
      const reader = createRecordReader({ member: at, maxRecords: MOST_RECORDS });
      const bytes = Buffer.from(text);
      const records: JsonRecord[] = [];
      const pause = createYielder();
      for (let from = 0; from < bytes.length; from += PIECE_BYTES)
        for (const record of reader.push(bytes.subarray(from, from + PIECE_BYTES))) {
          records.push(record);
          await pause();
        }
      return { records, beside: reader.end() };
    } catch (error) {
      if (!(error instanceof UnreadableJson)) throw error;
    }
  return toRecords(parseJson(text), at);
}

/**
 * The list at a path. Whoever made JSON of XML has an object where there is one record, and `{}`, "" or nothing where there
 * is none.
 */
function toRecords(root: JsonValue, at: string | null): ReadText {
  const found = at === null ? root : pathTo(root, at);
  const list: readonly JsonValue[] = Array.isArray(found) ? found : isEmpty(found) ? [] : [found as JsonValue];
  if (list.length > MOST_RECORDS) throw new UnreadableRecords(`holds more than ${MOST_RECORDS} records`);
  return { records: list.map((value, index) => ({ no: index + 1, value, problem: null })), beside: root };
}

const isEmpty = (value: JsonValue | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (typeof value === "object" && Object.keys(value).length === 0);

const MOST_LINE_CHARACTERS = 256_000;

async function readCsv(text: string, { csv: { delimiter, groupBy } }: Reading): Promise<JsonRecord[]> {
  let header: readonly string[] | null = null;
  const lines = createLineSplitter(MOST_LINE_CHARACTERS, MOST_LINE_CHARACTERS * 4);
  const reader = createCsvReader({
    delimiter,
    columns: () => header?.length ?? null,
    maxCharacters: MOST_LINE_CHARACTERS,
  });
  const records: JsonRecord[] = [];
  const take = (raws: RawRecord[]) => {
    for (const raw of raws.splice(0)) {
      if (raw.problem !== null)
        records.push({ no: raw.no, problem: `line ${raw.no} ${raw.problem.reason}`, excerpt: excerptOf(raw.text) });
      else if (header === null) header = toHeader(raw.fields);
      else if (raw.fields.some((field) => field !== "") || raw.fields.length > 1)
        records.push({
          no: raw.no,
          problem: null,
          value: Object.fromEntries(header.map((name, at) => [name, raw.fields[at]!])),
        });
    }
  };
  const raws: RawRecord[] = [];
  const pause = createYielder();
  const last = [...lines.push(text), lines.end()].filter((line) => line !== null);
  for (const line of last) {
    reader.push(line, raws);
    take(raws);
    await pause();
  }
  reader.end(raws);
  take(raws);
  return groupBy === null ? records : groupRows(records, groupBy);
}

function toHeader(fields: readonly string[]): readonly string[] {
  const twice = fields.find((name, at) => fields.indexOf(name) !== at);
  if (twice !== undefined) throw new UnreadableRecords(`has the column ${excerptOf(twice)} twice`);
  return fields;
}

/** Rows in a row with one value in the column (a product and its variants) are one record `{ [column], rows }`. */
function groupRows(records: readonly JsonRecord[], column: string): JsonRecord[] {
  const groups: {
    no: number;
    problem: null;
    value: { readonly [name: string]: JsonValue; readonly rows: JsonObject[] };
  }[] = [];
  const bad: JsonRecord[] = [];
  for (const record of records) {
    if (record.problem !== null) {
      bad.push(record);
      continue;
    }
    const row = record.value as JsonObject;
    const key = row[column] ?? "";
    const group = groups.at(-1);
    if (group !== undefined && group.value[column] === key) group.value.rows.push(row);
    else groups.push({ no: record.no, problem: null, value: { [column]: key, rows: [row] } });
  }
  return [...groups, ...bad];
}
