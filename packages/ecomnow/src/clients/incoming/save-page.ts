import { messageOf } from "@drumline/core/errors";
import { commitApart, isDataError } from "@drumline/db";

import { advanceCursor } from "../endpoint.sql.ts";
import { EndpointTakenOver, type Exchange, noteProblem } from "../exchange.ts";
import type { IncomingRecord } from "./parse-record.ts";
import { saveRecords } from "./save-records.ts";

/**
 * Saves a page together with the cursor after it; how many of its records were saved. One that the database refuses for
 * its data is saved by nobody and listed; the others of its page are not its hostages.
 */
export async function savePage(
  exchange: Exchange,
  records: readonly IncomingRecord[],
  after: string | null,
): Promise<number> {
  const { context, endpoint } = exchange;
  const at = context.clock.now();
  try {
    const homeless = await context.db.$transaction(async (tx) => {
      const found = await saveRecords(tx, endpoint, records, at);
      if (!(await advanceCursor(tx, endpoint, context.run.id, after))) throw new EndpointTakenOver(endpoint);
      return found;
    });
    for (const record of homeless) noteHomeless(exchange, record);
    return records.length;
  } catch (error) {
    if (!isDataError(error)) throw error;
    return await saveApart(exchange, records, after, at);
  }
}

async function saveApart(
  exchange: Exchange,
  records: readonly IncomingRecord[],
  after: string | null,
  at: Date,
): Promise<number> {
  const { context, endpoint } = exchange;
  const outcomes = await commitApart(records, async (some) => {
    const homeless = new Set(await context.db.$transaction((tx) => saveRecords(tx, endpoint, some, at)));
    return some.map((record) => homeless.has(record));
  });
  let saved = 0;
  for (const [index, outcome] of outcomes.entries()) {
    const record = records[index]!;
    if (!outcome.isCommitted)
      noteProblem(exchange, record.externalId, `the database refuses it: ${reasonOf(outcome.error)}`, record.raw);
    else {
      saved += 1;
      if (outcome.result) noteHomeless(exchange, record);
    }
  }
  if (!(await advanceCursor(context.db, endpoint, context.run.id, after))) throw new EndpointTakenOver(endpoint);
  return saved;
}

/** What the database said, without the statement that Prisma puts before it. */
const reasonOf = (error: unknown): string => messageOf(error).trim().split("\n").at(-1)!;

function noteHomeless(exchange: Exchange, { externalId, raw }: IncomingRecord): void {
  noteProblem(exchange, externalId, "its order is not known; it is taken in when it comes again after the order", raw);
}
