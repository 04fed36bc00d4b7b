import { createRecordReader } from "@drumline/connectors/records";
import { DrumlineError } from "@drumline/core/errors";
import type { Yielder } from "@drumline/core/process";
import type { JsonValue } from "@drumline/core/task";
import { findUnstorable, UnreadableJson } from "@drumline/core/text";
import type { HttpTransport, OpenAnswer } from "@drumline/outbound/http";
import { type SecretBox, toAuthHeaders } from "@drumline/outbound/secrets";
import { z } from "zod";

import type { CategoryVendor } from "./category.sql.ts";
import type { CategoryRecord, TreeProblem } from "./plan-tree.ts";

/** A vendor's category data that cannot be had or read: its tree stays as it is. */
export class UnusableCategories extends DrumlineError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: "UNUSABLE_CATEGORIES", cause });
  }
}

/** A vendor's categories, and the records among them that are none. */
export interface CategoryData {
  readonly records: readonly CategoryRecord[];
  /** The first of them. */
  readonly bad: readonly TreeProblem[];
  readonly badCount: number;
}

const MOST_BYTES = 32 * 1024 * 1024;
export const MOST_CATEGORIES = 100_000;
/** How many of the silences that are allowed the whole answer may take. */
const MOST_SILENCES = 10;
const RECORD_LIMITS = { maxRecords: MOST_CATEGORIES, maxBytes: 16_384, maxValues: 500 };
/** Small enough to be read in some milliseconds. */
const PIECE_BYTES = 16_384;
const MOST_BAD_KEPT = 100;

const storable = z.string().superRefine((text, context) => {
  const found = findUnstorable(text);
  if (found !== null) context.addIssue({ code: "custom", message: found.problem });
});
const word = (max: number) => storable.trim().min(1).max(max);
/** Codes are often numbers. */
const code = z.union([word(200), z.int()]).transform(String);
const wire = z.object({
  code,
  parent: code.nullish().transform((parent) => parent ?? null),
  name: word(500),
  slug: word(200)
    .nullish()
    .transform((slug) => slug ?? null),
  position: z
    .int()
    .min(0)
    .max(1_000_000_000)
    .nullish()
    .transform((position) => position ?? 0),
});

interface CategorySource {
  readonly http: HttpTransport;
  readonly secrets: SecretBox;
  readonly signal: AbortSignal;
  /** Until the answer begins, and for each silence in it. */
  readonly timeoutMs: number;
}

/** The vendor's own list of categories, record by record. Throws `UnusableCategories`, `Unavailable` or `UnusableAnswer`. */
export async function fetchCategories(
  { http, secrets, signal, timeoutMs }: CategorySource,
  vendor: CategoryVendor & { readonly url: string },
  pause: Yielder,
): Promise<CategoryData> {
  const wholeTimeoutMs = MOST_SILENCES * timeoutMs;
  const deadline = AbortSignal.timeout(wholeTimeoutMs);
  try {
    const answer = await http.open(
      {
        system: `categories of ${vendor.code}`,
        method: "GET",
        url: vendor.url,
        headers: {
          accept: "application/json",
          ...toAuthHeaders(vendor, { owner: `vendor ${vendor.code}`, url: vendor.url }, secrets),
        },
        timeoutMs,
        signal: AbortSignal.any([signal, deadline]),
      },
      { maxBytes: MOST_BYTES },
    );
    if (answer.status !== 200) {
      answer.discard();
      throw new UnusableCategories(`category_url answered ${answer.status}, expected 200.`);
    }
    return await readCategories(answer, pause);
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.aborted) throw new UnusableCategories(`category_url took longer than ${wholeTimeoutMs} ms.`, error);
    if (error instanceof UnreadableJson)
      throw new UnusableCategories(`category_url does not answer a list of categories: ${error.message}`);
    throw error;
  }
}

async function readCategories(answer: OpenAnswer, pause: Yielder): Promise<CategoryData> {
  const reader = createRecordReader(RECORD_LIMITS);
  const records: CategoryRecord[] = [];
  const bad: TreeProblem[] = [];
  let badCount = 0;
  for await (const bytes of inPieces(inUtf8(answer)))
    for (const record of reader.push(bytes)) {
      const read = record.problem === null ? readCategory(record.value) : record.problem;
      if (typeof read !== "string") records.push(read);
      else {
        badCount += 1;
        if (bad.length < MOST_BAD_KEPT)
          bad.push({ code: "BAD_RECORD", category: `record ${record.no}`, problem: read });
      }
      await pause();
    }
  reader.end();
  return { records, bad, badCount };
}

/** A category, or what is wrong with it. */
function readCategory(value: JsonValue): CategoryRecord | string {
  const parsed = wire.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  return `${path.join(".") || "record"}: ${message}`;
}

async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks)
    for (let from = 0; from < chunk.length; from += PIECE_BYTES) yield chunk.subarray(from, from + PIECE_BYTES);
}

function inUtf8(answer: OpenAnswer): AsyncIterable<Uint8Array> {
  if (answer.charset === "utf-8") return answer.chunks;
  try {
    return transcode(answer.chunks, new TextDecoder(answer.charset));
  } catch (cause) {
    answer.discard();
    throw new UnusableCategories(`category_url answers in an unknown charset, ${answer.charset}.`, cause);
  }
}

async function* transcode(
  chunks: AsyncIterable<Uint8Array>,
  decoder: InstanceType<typeof TextDecoder>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
}
