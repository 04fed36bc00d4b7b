import { isClaimedBy, lockedById, Prisma, type Transaction, unclaimed, toErrorText } from "@drumline/db";

import { toEventsHash } from "./events-hash.ts";
import type { PollPlan } from "./plan-tracking.ts";

export interface PlannedPoll {
  readonly shipmentId: bigint;
  readonly plan: PollPlan;
}

/**
 * Everything of a poll but the status, which only moves by a transition. A claim that was lost writes nothing. Whatever a
 * carrier says, its parcel is asked about again within a day. Answers the tracking numbers of those that were written.
 */
export async function savePolls(
  tx: Transaction,
  polls: readonly PlannedPoll[],
  { runId, at }: { runId: string; at: Date },
): Promise<ReadonlyMap<bigint, string | null>> {
  const rows = polls.map(({ shipmentId, plan }) => ({
    id: String(shipmentId),
    lastEventAt: plan.lastEventAt,
    eventsHash: plan.events.length === 0 ? null : toEventsHash(plan.events),
    shippedAt: plan.shippedAt,
    deliveredAt: plan.deliveredAt,
    rawStatus: plan.rawStatus,
    trackingNumber: plan.announced?.trackingNumber ?? null,
    awbNumber: plan.announced?.awbNumber ?? null,
    labelUrl: plan.announced?.labelUrl ?? null,
    nextPollAt: plan.nextPollAt,
    pollFailures: plan.pollFailures,
    pollError: plan.pollError === null ? null : toErrorText(plan.pollError),
  }));
  const ids = polls.map(({ shipmentId }) => shipmentId);
  const written = await tx.$queryRaw<{ id: bigint; trackingNumber: string | null }[]>(Prisma.sql`
    WITH ${lockedById("shipment", Prisma.sql`id = ANY(${ids}::bigint[]) AND ${isClaimedBy(runId)}`)}
    UPDATE shipment SET
      last_event_at = poll."lastEventAt", events_hash = coalesce(poll."eventsHash", shipment.events_hash),
      shipped_at = least(shipment.shipped_at, poll."shippedAt"),
      delivered_at = coalesce(shipment.delivered_at, poll."deliveredAt"),
      raw_status = coalesce(poll."rawStatus", shipment.raw_status),
      tracking_number = coalesce(shipment.tracking_number, poll."trackingNumber"),
      announced_at = coalesce(shipment.announced_at, CASE WHEN poll."trackingNumber" IS NOT NULL THEN ${at}::timestamptz END),
      awb_number = coalesce(shipment.awb_number, poll."awbNumber"),
      label_url = coalesce(shipment.label_url, poll."labelUrl"),
      next_poll_at = least(poll."nextPollAt", ${at}::timestamptz + interval '1 day'), poll_failures = poll."pollFailures", poll_error = poll."pollError",
      last_polled_at = ${at}, updated_at = ${at}, ${unclaimed}
    FROM locked JOIN jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS poll(
      id bigint, "lastEventAt" timestamptz, "eventsHash" text, "shippedAt" timestamptz, "deliveredAt" timestamptz, "rawStatus" text, "trackingNumber" text, "awbNumber" text, "labelUrl" text,
      "nextPollAt" timestamptz, "pollFailures" int, "pollError" text) USING (id)
    WHERE shipment.id = locked.id
    RETURNING shipment.id, shipment.tracking_number AS "trackingNumber"`);
  return new Map(written.map(({ id, trackingNumber }) => [id, trackingNumber]));
}

/** What goes by a parcel. */
export interface ParcelOwner {
  readonly id: bigint;
  /** Null where it goes by another parcel since. */
  readonly packageId: bigint | null;
  readonly transferOrderId: bigint | null;
}

/** By id, with what goes by them now; their orders are locked already, as far as they change. */
export async function lockShipments(tx: Transaction, polls: readonly PlannedPoll[]): Promise<ParcelOwner[]> {
  return await tx.$queryRaw<ParcelOwner[]>(Prisma.sql`
    SELECT id, package_id AS "packageId", transfer_order_id AS "transferOrderId" FROM shipment
    WHERE id = ANY(${polls.map(({ shipmentId }) => shipmentId)}::bigint[])
    ORDER BY id FOR NO KEY UPDATE`);
}

/** Each event once, however often it is told. Answers how many were new. */
export async function saveParcelEvents(tx: Transaction, polls: readonly PlannedPoll[]): Promise<number> {
  const rows = polls.flatMap(({ shipmentId, plan }) =>
    plan.events.map((event) => ({ shipment_id: String(shipmentId), ...event })),
  );
  if (rows.length === 0) return 0;
  return await tx.$executeRaw(Prisma.sql`
    INSERT INTO tracking_event (shipment_id, occurred_at, status, location, description)
    SELECT shipment_id, "occurredAt", status, location, description
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS event(
      shipment_id bigint, "occurredAt" timestamptz, status shipment_status, location text, description text)
    ON CONFLICT (shipment_id, occurred_at, status) DO NOTHING`);
}
