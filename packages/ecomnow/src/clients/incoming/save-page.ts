import { EndpointTakenOver, type Exchange, noteProblem } from "@drumline/connectors/exchange";
import { messageOf } from "@drumline/core/errors";
import { commitApart, type Database, isDataError, type Transaction } from "@drumline/db";

import { advanceCursor, type ClientFlow } from "../endpoint.sql.ts";
import type { IncomingRecord, RecordOf } from "./parse-record.ts";
import { saveChangedRecords } from "./record.sql.ts";
import { saveOrders, saveRefunds, saveShipments } from "./sales.sql.ts";

/** Whose page it is, and by which run. */
export interface PageOwner {
  readonly db: Database;
  readonly runId: string;
  readonly flow: ClientFlow;
  readonly at: Date;
}

type Problems = Pick<Exchange, "counts" | "hide">;

/**
 * Saves a page together with the cursor after it; how many of its records were saved. One that the database refuses for
 * its data is saved by nobody and listed; the others of its page are saved.
 */
export async function savePage(
  exchange: Problems,
  owner: PageOwner,
  records: readonly IncomingRecord[],
  after: string | null,
): Promise<number> {
  const { db, runId, flow, at } = owner;
  try {
    const withoutOrder = await db.$transaction(async (tx) => {
      const found = await saveRecords(tx, flow, records, at);
      if (!(await advanceCursor(tx, flow, runId, after))) throw new EndpointTakenOver(flow);
      return found;
    });
    for (const record of withoutOrder) noteMissingOrder(exchange, record);
    return records.length;
  } catch (error) {
    if (!isDataError(error)) throw error;
    return await saveApart(exchange, owner, records, after);
  }
}

async function saveApart(
  exchange: Problems,
  { db, runId, flow, at }: PageOwner,
  records: readonly IncomingRecord[],
  after: string | null,
): Promise<number> {
  const outcomes = await commitApart(records, async (some) => {
    const withoutOrder = new Set(await db.$transaction((tx) => saveRecords(tx, flow, some, at)));
    return some.map((record) => withoutOrder.has(record));
  });
  let saved = 0;
  for (const [index, outcome] of outcomes.entries()) {
    const record = records[index]!;
    if (!outcome.isCommitted)
      noteProblem(exchange, record.externalId, `the database refuses it: ${reasonOf(outcome.error)}`, record.raw);
    else {
      saved += 1;
      if (outcome.result) noteMissingOrder(exchange, record);
    }
  }
  if (!(await advanceCursor(db, flow, runId, after))) throw new EndpointTakenOver(flow);
  return saved;
}

/**
 * Keeps a page of records, and brings orders, shipments and refunds among them into our own; a page that comes again
 * changes nothing. The records whose order is not known.
 */
async function saveRecords(
  tx: Transaction,
  { integrationId, partner, vendorId, entity }: ClientFlow,
  records: readonly IncomingRecord[],
  at: Date,
): Promise<IncomingRecord[]> {
  // Of two versions in one page the later one counts.
  const newest = new Map(records.map((record) => [record.externalId, record]));
  const changed = await saveChangedRecords(tx, { integrationId, entity, records: [...newest.values()], at });
  const dataOf = <Kind extends "ORDER" | "SHIPMENT" | "REFUND">(_kind: Kind) =>
    changed.map((id) => newest.get(id)!.data as unknown as RecordOf<Kind>);
  const owner = { integrationId, client: partner, vendorId };
  const withoutOrder =
    entity === "ORDER"
      ? await saveOrders(tx, owner, dataOf("ORDER"), at)
      : entity === "SHIPMENT"
        ? await saveShipments(tx, owner, dataOf("SHIPMENT"))
        : entity === "REFUND"
          ? await saveRefunds(tx, owner, dataOf("REFUND"))
          : [];
  return withoutOrder.map((id) => newest.get(id)!);
}

/** What the database said, without the statement that Prisma puts before it. */
const reasonOf = (error: unknown): string => messageOf(error).trim().split("\n").at(-1)!;

function noteMissingOrder(exchange: Problems, { externalId, raw }: IncomingRecord): void {
  noteProblem(exchange, externalId, "its order is not known; it is taken in when it comes again after the order", raw);
}
