import { messageOf } from "@drumline/core/errors";
import type { Yielder } from "@drumline/core/process";
import { excerptOf, findUnstorable, UnreadableJson } from "@drumline/core/text";
import { z } from "zod";

import { type Endpoint, unusable } from "../exchange/index.ts";
import { createRecordReader, type JsonRecord } from "../records/index.ts";

export interface Page {
  readonly records: readonly JsonRecord[];
  /** After which the next page begins; null where the partner did not say. */
  readonly nextCursor: string | null;
  readonly hasMore: boolean;
}

const LIMITS = { maxRecords: 10_000, maxValuesInAll: 400_000 };
/** Small enough to be read in some milliseconds. */
const PIECE_BYTES = 16_384;

const besideRecords = z.object({
  next_cursor: z
    .string()
    .max(2_000)
    .nullish()
    .transform((cursor) => cursor ?? null)
    .superRefine((cursor, context) => {
      const problem = cursor?.includes(MARK) ? "is no text in the answer's charset" : findUnstorable(cursor)?.problem;
      if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
    }),
  has_more: z.boolean().nullish(),
});

/** A page of a partner's records, each for itself. Throws `UnusableAnswer` where the text around them is no page. */
export async function readPage(endpoint: Endpoint, text: string, pause: Yielder): Promise<Page> {
  const reader = createRecordReader({ member: "records", ...LIMITS });
  const bytes = Buffer.from(text);
  const records: JsonRecord[] = [];
  const isMarked = text.includes(MARK);
  try {
    for (let from = 0; from < bytes.length; from += PIECE_BYTES)
      for (const record of reader.push(bytes.subarray(from, from + PIECE_BYTES))) {
        records.push(isMarked ? refuseMarked(record) : record);
        await pause();
      }
    const { next_cursor: nextCursor, has_more: hasMore } = besideRecords.parse(reader.end());
    return { records, nextCursor, hasMore: hasMore ?? false };
  } catch (error) {
    if (!(error instanceof UnreadableJson || error instanceof z.ZodError)) throw error;
    throw unusable(endpoint, `did not answer a page: ${problemOf(error)}. Nothing of it was used.`);
  }
}

/** What stands for bytes that are no text in the answer's charset. */
const MARK = "\ufffd";

function refuseMarked(record: JsonRecord): JsonRecord {
  if (record.problem !== null) return record;
  const text = JSON.stringify(record.value);
  if (!text.includes(MARK)) return record;
  return { no: record.no, problem: "holds bytes that are no text in the answer's charset", excerpt: excerptOf(text) };
}

function problemOf(error: UnreadableJson | z.ZodError): string {
  if (error instanceof UnreadableJson) return messageOf(error);
  const { path, message } = error.issues[0]!;
  return `${path.join(".")}: ${message}`;
}
