import { commitApart, type Database, isDataError, type Transaction, toRefusalText } from "@drumline/db";

import type { Reading } from "../gateways/omnitron/port.ts";
import { toBadReading } from "../gateways/omnitron/read-record.ts";

interface PageSaving<Value, Saved> {
  /** Takes records in; the same ones again must change nothing. */
  readonly take: (tx: Transaction, records: readonly Reading<Value>[]) => Promise<Saved>;
  /** What ends the page, such as its cursor, in the transaction of its last records. */
  readonly end: (tx: Transaction) => Promise<void>;
}

/**
 * Saves a page in one transaction. Where the database refuses it for its data, record by record as far as needed: the
 * guilty ones are taken as bad readings, with the reason, and the page ends all the same.
 */
export async function savePage<Value, Saved>(
  db: Database,
  records: readonly Reading<Value>[],
  { take, end }: PageSaving<Value, Saved>,
): Promise<Saved[]> {
  const takeLast = (last: readonly Reading<Value>[]) =>
    db.$transaction(async (tx) => {
      const saved = await take(tx, last);
      await end(tx);
      return saved;
    });
  try {
    return [await takeLast(records)];
  } catch (error) {
    if (!isDataError(error)) throw error;
  }
  const parts: Saved[] = [];
  const committed = await commitApart(records, async (part) => {
    parts.push(await db.$transaction((tx) => take(tx, part)));
    return part;
  });
  const refused = records.flatMap((record, index): Reading<Value>[] => {
    const outcome = committed[index]!;
    if (outcome.isCommitted) return [];
    const { remoteId, payload } = record;
    return [{ ...toBadReading(payload, `it cannot be stored: ${toRefusalText(outcome.error)}`), remoteId }];
  });
  return [...parts, await takeLast(refused)];
}
