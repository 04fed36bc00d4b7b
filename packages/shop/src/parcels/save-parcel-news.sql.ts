import { type Database, isClaimedBy, Prisma, unclaimed } from "@drumline/db";
import { saveEvents } from "@drumline/events/outbox";
import { closeProblems, openProblems, type ProblemKind } from "@drumline/problems";

import { saveNotices } from "../notifications/save-notices.sql.ts";
import type { ClaimedParcel } from "./claim-parcels.sql.ts";
import type { ParcelNews } from "./plan-parcel-news.ts";

/** A parcel of which nothing is heard. */
export const PARCEL_SILENT: ProblemKind = {
  context: "shop",
  name: "SHOP_PARCEL_SILENT",
  severity: "WARNING",
  cure: "Ask the carrier where it is; tell the customer, and send another one where it is lost.",
};

export interface PlannedParcel {
  readonly parcel: ClaimedParcel;
  readonly news: ParcelNews;
}

interface MovedParcel {
  readonly id: bigint;
  readonly fromStatus: string;
}

/**
 * Saves what carriers said of a batch, in one transaction: parcels move forward only, orders follow their parcels, customers
 * are told once, and what is silent for a month is a problem. Returns how many parcels moved.
 */
export async function saveParcelNews(
  db: Database,
  planned: readonly PlannedParcel[],
  runId: string,
  at: Date,
): Promise<number> {
  if (planned.length === 0) return 0;
  return await db.$transaction(async (tx) => {
    const orderIds = [...new Set(planned.map(({ parcel }) => parcel.orderId))];
    await tx.$queryRaw(Prisma.sql`
      SELECT id FROM shop_order WHERE id = ANY(${orderIds}::bigint[]) ORDER BY id FOR NO KEY UPDATE`);
    const moved = await updateParcels(tx, planned, runId);
    const byId = new Map(planned.map((each) => [each.parcel.id, each]));
    const news = moved.filter(({ id, fromStatus }) => byId.get(id)!.news.status !== fromStatus);
    await tx.$executeRaw(Prisma.sql`
      UPDATE shop_order AS orders SET status = parcels.status, updated_at = ${at}, version = version + 1
      FROM (
        SELECT order_id, CASE WHEN bool_and(status = 'DELIVERED') THEN 'DELIVERED' ELSE 'SHIPPED' END::shop_order_status AS status
        FROM shop_parcel WHERE order_id = ANY(${orderIds}::bigint[]) AND status <> 'CANCELLED'
        GROUP BY order_id HAVING bool_or(status IN ('SHIPPED', 'DELIVERED'))
      ) AS parcels
      WHERE orders.id = parcels.order_id AND orders.status IN ('CONFIRMED', 'PACKED', 'SHIPPED') AND orders.status <> parcels.status`);
    await saveNotices(
      tx,
      news.map(({ id }) => toNotice(byId.get(id)!)),
    );
    await saveEvents(
      tx,
      news.map(({ id }) => toEvent(byId.get(id)!, at)),
    );
    const silent = planned.filter(({ news: { isSilent } }) => isSilent).map(({ parcel }) => toProblem(parcel));
    await openProblems(tx, silent, at);
    const subjects = news.map(({ id }) => ({ type: "parcel", key: byId.get(id)!.parcel.reference }));
    await closeProblems(tx, { kind: PARCEL_SILENT, subjects, reason: "the carrier has news of it", at });
    return news.length;
  });
}

async function updateParcels(
  tx: Pick<Database, "$queryRaw">,
  planned: readonly PlannedParcel[],
  runId: string,
): Promise<MovedParcel[]> {
  const rows = planned.map(({ parcel, news }) => ({ id: String(parcel.id), ...news }));
  return await tx.$queryRaw<MovedParcel[]>(Prisma.sql`
    WITH news AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS news(id bigint, status shop_parcel_status,
        "shippedAt" timestamptz, "deliveredAt" timestamptz, "nextCheckAt" timestamptz, "failedChecks" int, error text)
    ), locked AS MATERIALIZED (
      SELECT id, status FROM shop_parcel WHERE id IN (SELECT id FROM news) AND ${isClaimedBy(runId)} ORDER BY id FOR NO KEY UPDATE
    ), changed AS (
      UPDATE shop_parcel AS parcel SET ${unclaimed}, status = news.status,
        shipped_at = coalesce(parcel.shipped_at, news."shippedAt"), delivered_at = coalesce(parcel.delivered_at, news."deliveredAt"),
        next_check_at = news."nextCheckAt", failed_checks = news."failedChecks", last_check_error = news.error
      FROM news JOIN locked USING (id)
      WHERE parcel.id = news.id AND locked.status IN ('PACKED', 'SHIPPED')
      RETURNING parcel.id
    )
    SELECT changed.id, locked.status::text AS "fromStatus" FROM changed JOIN locked USING (id)`);
}

function toNotice({ parcel: { id, orderId }, news: { status, shippedAt, deliveredAt } }: PlannedParcel) {
  const kind = status === "DELIVERED" ? ("delivered" as const) : ("shipped" as const);
  return {
    key: `order/${orderId}/parcel/${id}/${kind}`,
    kind,
    orderId,
    parcelId: id,
    occurredAt: (status === "DELIVERED" ? deliveredAt : shippedAt)!,
  };
}

function toEvent({ parcel: { id, reference, carrier, trackingNumber }, news: { status } }: PlannedParcel, at: Date) {
  return {
    eventType: `shop.parcel.${status.toLowerCase()}`,
    entityType: "ShopParcel",
    entityId: id,
    payload: { reference, carrier, trackingNumber },
    at,
  };
}

function toProblem({ id, reference, carrier, trackingNumber, packedAt }: ClaimedParcel) {
  return {
    kind: PARCEL_SILENT,
    subject: { type: "parcel", key: reference },
    reason: `packed on ${packedAt.toISOString().slice(0, 10)}, and ${carrier} has not delivered ${trackingNumber} yet`,
    actions: [{ label: "Look at the parcel", method: "GET" as const, path: `/api/v1/shop/parcels/${id}` }],
  };
}
