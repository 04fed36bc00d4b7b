import type { Transaction } from "@drumline/db";

import type { ClientFlow } from "../endpoint.sql.ts";
import type { IncomingRecord, RecordOf } from "./parse-record.ts";
import { saveChangedRecords } from "./record.sql.ts";
import { saveOrders, saveRefunds, saveShipments } from "./sales.sql.ts";

/**
 * Keeps a page of records, and brings orders, shipments and refunds among them into our own; a page that comes again
 * changes nothing. The records whose order is not known.
 */
export async function saveRecords(
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
