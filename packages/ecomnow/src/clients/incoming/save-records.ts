import type { Transaction } from "@drumline/db";

import type { ClientFlow } from "../endpoint.sql.ts";
import type { IncomingRecord, RecordOf } from "./parse-record.ts";
import { forgetRecords, saveChangedRecords } from "./record.sql.ts";
import { type NotTaken, saveOrders, saveRefunds, saveShipments } from "./sales.sql.ts";
import { closeWaitingProblems } from "./waiting-problems.sql.ts";
import { dropWaitingOf } from "./waiting-record.sql.ts";

/** The flow that records came by. */
export type RecordFlow = Pick<ClientFlow, "id" | "integrationId" | "partner" | "vendorId" | "entity">;

/** A record that was not taken in, and why. */
export interface LeftRecord extends Omit<NotTaken, "externalId"> {
  readonly record: IncomingRecord;
}

/**
 * Keeps records, and brings orders, shipments and refunds among them into our own; those that come again change nothing,
 * and those that waited wait no longer. What cannot be taken in yet is told, and counts as changed when it comes again.
 */
export async function saveRecords(
  tx: Transaction,
  flow: RecordFlow,
  records: readonly IncomingRecord[],
  at: Date,
): Promise<LeftRecord[]> {
  const { id, integrationId, partner, vendorId, entity } = flow;
  // Of two versions in one page the later one counts.
  const newest = new Map(records.map((record) => [record.externalId, record]));
  const changed = await saveChangedRecords(tx, { integrationId, entity, records: [...newest.values()], at });
  const dataOf = <Kind extends "ORDER" | "SHIPMENT" | "REFUND">(_kind: Kind) =>
    changed.map((externalId) => newest.get(externalId)!.data as unknown as RecordOf<Kind>);
  const owner = { integrationId, client: partner, vendorId };
  let left: NotTaken[] = [];
  if (entity === "ORDER") await saveOrders(tx, owner, dataOf("ORDER"), at);
  else if (entity === "SHIPMENT") left = await saveShipments(tx, owner, dataOf("SHIPMENT"));
  else if (entity === "REFUND") left = await saveRefunds(tx, owner, dataOf("REFUND"), at);
  const leftIds = new Set(left.map(({ externalId }) => externalId));
  await forgetRecords(tx, { integrationId, entity, ids: [...leftIds] });
  const taken = [...newest.keys()].filter((externalId) => !leftIds.has(externalId));
  await closeWaitingProblems(tx, flow, await dropWaitingOf(tx, id, taken), at);
  return left.map(({ externalId, ...rest }) => ({ ...rest, record: newest.get(externalId)! }));
}
