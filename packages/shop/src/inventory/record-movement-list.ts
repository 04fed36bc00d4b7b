import { pipeline, Readable } from "node:stream";

import { DrumlineError } from "@drumline/core/errors";
import { excerptOf, toStorableText } from "@drumline/core/text";
import type { Database } from "@drumline/db";
import { type Info, parse } from "csv-parse";

import { findWrongInstant, movementInputSchema, toMovement } from "./movement-input.ts";
import { type NewMovement, recordMovements } from "./record-movements.sql.ts";

/** Columns of the file, and the field each is. */
const COLUMNS = {
  sku: "sku",
  kind: "kind",
  pieces: "pieces",
  occurred_at: "occurredAt",
  reference: "sourceRef",
  reason: "reason",
} as const;
const REQUIRED = ["sku", "kind", "pieces", "occurred_at", "reference"];

const MOST_BYTES = 5 * 1024 * 1024;
const MOST_LINE_CHARACTERS = 16_384;
const BATCH_LINES = 1_000;
const MOST_LISTED = 1_000;

/** A line of which nothing was taken: what of it is wrong, and how to right it. */
export interface BadLine {
  /** In the file, the header being 1; of a quoted field with line ends, the last of its lines. */
  readonly line: number;
  readonly field: string | null;
  readonly problem: string;
}

export interface RecordedList {
  readonly recorded: number;
  /** Of references that are on record already; nothing of them is changed. */
  readonly known: number;
  readonly bad: number;
  /** The first of them. */
  readonly badLines: readonly BadLine[];
}

/** Nothing was recorded, since the file as a whole is none: `code` UNUSABLE_HEADER; or only its beginning was, TOO_LARGE. */
export class UnusableMovementList extends DrumlineError {}

/**
 * Records the movements of a CSV file as it comes in. A bad line is told and leaves the others alone. Lines are known by
 * their reference, so that the same file again changes nothing.
 */
export async function recordMovementList(
  db: Database,
  body: AsyncIterable<Uint8Array>,
  { actor, now }: { readonly actor: string; readonly now: Date },
): Promise<RecordedList> {
  const done = { recorded: 0, known: 0, bad: 0, badLines: [] as BadLine[] };
  const refs = new Map<string, number>();
  let batch: NewMovement[] = [];
  const flush = async () => {
    const recorded = await recordMovements(db, batch, now);
    done.recorded += recorded;
    done.known += batch.length - recorded;
    batch = [];
  };
  for await (const read of readLines(body)) {
    const line = "problem" in read ? read : toLine(read, { actor, now, refs });
    if ("problem" in line) {
      done.bad += 1;
      if (done.badLines.length < MOST_LISTED) done.badLines.push(line);
    } else batch.push(line);
    if (batch.length === BATCH_LINES) await flush();
  }
  await flush();
  return done;
}

interface ReadLine {
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
}

function toLine(
  { line, fields }: ReadLine,
  { actor, now, refs }: { actor: string; now: Date; refs: Map<string, number> },
): NewMovement | BadLine {
  const named = Object.entries(COLUMNS).map(([column, field]) => [field, fields[column]?.trim()] as const);
  const given = Object.fromEntries(named.filter(([field, value]) => field !== "reason" || (value ?? "") !== ""));
  if (typeof given["kind"] === "string") given["kind"] = given["kind"].toUpperCase();
  const read = movementInputSchema.safeParse(given);
  const columnOf = (field: unknown) => Object.entries(COLUMNS).find(([, name]) => name === field)?.[0] ?? null;
  if (!read.success) {
    const issue = read.error.issues[0]!;
    const column = columnOf(issue.path[0]);
    return {
      line,
      field: column,
      problem: `${excerptOf(toStorableText(fields[column ?? ""] ?? ""))}: ${issue.message}`,
    };
  }
  const movement = toMovement(read.data, { actor, source: "csv" });
  const wrong = findWrongInstant(movement.occurredAt, now);
  if (wrong !== null) return { line, field: "occurred_at", problem: `${fields["occurred_at"]} ${wrong}` };
  const before = refs.get(movement.sourceRef);
  if (before !== undefined)
    return { line, field: "reference", problem: `line ${before} has the same reference: give each movement its own` };
  refs.set(movement.sourceRef, line);
  return movement;
}

async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<ReadLine | BadLine> {
  const skipped: BadLine[] = [];
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: MOST_LINE_CHARACTERS,
    on_skip: (error) => {
      const line = Number(Object(error)["lines"] ?? 0);
      skipped.push({ line, field: null, problem: `is no line of a CSV file: ${error?.message ?? "unreadable"}` });
      return undefined;
    },
  });
  // The loop below is told what goes wrong, by the parser that is destroyed.
  pipeline(Readable.from(limited(body)), parser, () => {});
  let header: readonly string[] | null = null;
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
    yield* skipped.splice(0);
    if (header === null) header = parseHeader(record);
    else if (record.length !== header.length)
      yield {
        line: info.lines,
        field: null,
        problem: `has ${record.length} fields where the header has ${header.length}`,
      };
    else yield { line: info.lines, fields: Object.fromEntries(header.map((name, index) => [name, record[index]!])) };
  }
  yield* skipped;
  if (header === null) parseHeader([]);
}

function parseHeader(names: readonly string[]): readonly string[] {
  const header = names.map((name) => name.trim().toLowerCase());
  const missing = REQUIRED.filter((name) => !header.includes(name));
  const unknown = header.filter((name, index) => !(name in COLUMNS) || header.indexOf(name) !== index);
  if (missing.length + unknown.length === 0) return header;
  const what = [
    ...missing.map((name) => `${name} is missing`),
    ...unknown.map((name) => `${excerptOf(toStorableText(name))} is no column or is there twice`),
  ];
  throw new UnusableMovementList(
    `The first line must name the columns ${REQUIRED.join(",")}, and may name reason, with commas between: ${what.join("; ")}.`,
    { code: "UNUSABLE_HEADER" },
  );
}

async function* limited(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > MOST_BYTES)
      throw new UnusableMovementList(
        `The file is larger than ${MOST_BYTES} bytes. What stood before that may be on record: send it again in parts, what is known is not recorded twice.`,
        { code: "TOO_LARGE" },
      );
    yield part;
  }
}
