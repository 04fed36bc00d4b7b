import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { RemoteCancellationPlan } from "../gateways/omnitron/port.ts";
import type { KnownPlan, KnownVersion, PulledPlan } from "./plan-pulled-plans.ts";

/**
 * What the database holds of pulled plans; with `lock` they stay locked until the transaction ends, by id. The locks are a
 * statement of their own: one that waits while a plan is carried out would not see what was done of its items.
 */
export async function loadKnownPlans(
  db: Database | Transaction,
  records: readonly PulledPlan[],
  { lock }: { readonly lock: boolean },
): Promise<KnownPlan[]> {
  if (records.length === 0) return [];
  const isMeant = Prisma.sql`omnitron_id = ANY(${records.map(({ value }) => value.pk)}::bigint[])`;
  if (lock)
    await db.$queryRaw(Prisma.sql`SELECT id FROM cancellation_plan WHERE ${isMeant} ORDER BY id FOR NO KEY UPDATE`);
  const rows = await db.$queryRaw<
    (Omit<KnownPlan, "items"> & { items: readonly (readonly [pk: string, quantity: number, done: number])[] })[]
  >(Prisma.sql`
    SELECT id, omnitron_id AS pk, status::text AS status, type::text AS type, remote_modified_at AS "remoteModifiedAt",
      (SELECT coalesce(jsonb_agg(jsonb_build_array(omnitron_item_id::text, quantity, done_quantity) ORDER BY wish.id), '[]')
        FROM cancellation_plan_item wish WHERE wish.plan_id = plan.id) AS items
    FROM cancellation_plan plan WHERE ${isMeant} ORDER BY id`);
  return rows.map(({ items, ...plan }) => ({
    ...plan,
    items: items.map(([pk, quantity, done]) => ({ itemPk: BigInt(pk), quantity, done })),
  }));
}

/** New plans, by Omnitron's pk; their ids by it. */
export async function insertPlans(
  tx: Transaction,
  records: readonly PulledPlan[],
  status: "WAITING" | "WITHDRAWN",
  at: Date,
): Promise<ReadonlyMap<bigint, bigint>> {
  if (records.length === 0) return new Map();
  const rows = records.map(({ value, payload }) => ({
    pk: String(value.pk),
    order_number: value.orderNumber,
    type: value.type,
    modified_at: value.modifiedAt,
    payload,
  }));
  const saved = await tx.$queryRaw<{ id: bigint; pk: bigint }[]>(Prisma.sql`
    INSERT INTO cancellation_plan
      (omnitron_id, order_number, order_id, type, status, next_attempt_at, remote_modified_at, payload, created_at, updated_at)
    SELECT pk, order_number, orders.id, incoming.type, ${status}::cancellation_plan_status, ${at}, modified_at, incoming.payload, ${at}, ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS incoming(
      pk bigint, order_number text, type cancellation_type, modified_at timestamptz, payload jsonb)
    LEFT JOIN orders ON orders.number = order_number
    ORDER BY pk
    RETURNING id, omnitron_id AS pk`);
  return new Map(saved.map(({ id, pk }) => [pk, id]));
}

/** Which version was seen last, so that an older one which comes late wins over none of them. */
export async function saveVersions(tx: Transaction, newer: readonly KnownVersion[], at: Date): Promise<void> {
  if (newer.length === 0) return;
  const rows = newer.map(({ known, record: { value, payload } }) => ({
    id: String(known.id),
    modified_at: value.modifiedAt,
    payload,
  }));
  await tx.$executeRaw(Prisma.sql`
    UPDATE cancellation_plan plan SET
      remote_modified_at = modified_at, payload = incoming.payload, updated_at = ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS incoming(id bigint, modified_at timestamptz, payload jsonb)
    WHERE plan.id = incoming.id`);
}

/** Plans as they are now, due at once, their attempts counted anew. */
export async function changePlans(tx: Transaction, changed: readonly KnownVersion[], at: Date): Promise<void> {
  if (changed.length === 0) return;
  const rows = changed.map(({ known, record: { value } }) => ({ id: String(known.id), type: value.type }));
  await tx.$executeRaw(Prisma.sql`
    UPDATE cancellation_plan plan SET
      type = incoming.type, attempts = 0, next_attempt_at = ${at}, last_error = NULL, updated_at = ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS incoming(id bigint, type cancellation_type)
    WHERE plan.id = incoming.id`);
}

/** The wishes of plans as they are now; what is done of a wish stays done, even where less is wanted now. */
export async function replaceWishes(
  tx: Transaction,
  plans: readonly { readonly planId: bigint; readonly items: RemoteCancellationPlan["items"] }[],
): Promise<void> {
  if (plans.length === 0) return;
  const rows = plans.flatMap(({ planId, items }) =>
    items.map(({ itemPk, quantity }) => ({ plan_id: String(planId), item_pk: String(itemPk), quantity })),
  );
  const wanted = Prisma.sql`
    jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS wanted(plan_id bigint, item_pk bigint, quantity int)`;
  const isDropped = Prisma.sql`
    wish.plan_id = ANY(${plans.map(({ planId }) => planId)}::bigint[])
    AND NOT EXISTS (SELECT FROM ${wanted} WHERE wanted.plan_id = wish.plan_id AND item_pk = wish.omnitron_item_id)`;
  await tx.$executeRaw(Prisma.sql`DELETE FROM cancellation_plan_item wish WHERE ${isDropped} AND done_quantity = 0`);
  await tx.$executeRaw(Prisma.sql`
    UPDATE cancellation_plan_item wish SET quantity = done_quantity, status = 'COMPLETED', reason = NULL
    WHERE ${isDropped}`);
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO cancellation_plan_item AS wish (plan_id, omnitron_item_id, order_item_id, quantity)
    SELECT plan_id, item_pk, item.id, wanted.quantity FROM ${wanted}
    JOIN cancellation_plan plan ON plan.id = plan_id
    LEFT JOIN order_item item ON item.omnitron_id = item_pk AND item.order_id = plan.order_id
    ORDER BY plan_id, item_pk
    ON CONFLICT (plan_id, omnitron_item_id) DO UPDATE SET
      quantity = greatest(excluded.quantity, wish.done_quantity), reason = NULL, package_id = NULL,
      status = CASE WHEN excluded.quantity > wish.done_quantity THEN 'WAITING' ELSE 'COMPLETED' END::cancellation_plan_status`);
}

/** What is not done of these plans is wanted no more. */
export async function closeOpenWishes(tx: Transaction, planIds: readonly bigint[]): Promise<void> {
  if (planIds.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE cancellation_plan_item SET status = 'WITHDRAWN', reason = 'WITHDRAWN'
    WHERE plan_id = ANY(${[...planIds]}::bigint[]) AND status IN ('WAITING', 'PROCESSING')`);
}

/** The orders of plans, as far as they have arrived. */
export async function loadOrdersOfPlans(tx: Transaction, planIds: readonly bigint[]): Promise<bigint[]> {
  if (planIds.length === 0) return [];
  const rows = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT DISTINCT order_id AS id FROM cancellation_plan
    WHERE id = ANY(${[...planIds]}::bigint[]) AND order_id IS NOT NULL`);
  return rows.map(({ id }) => id);
}
