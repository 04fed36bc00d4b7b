import type { JsonObject } from "@drumline/core/task";
import { Prisma, type Transaction } from "@drumline/db";

import type { RemoteCancellationPlan } from "../gateways/omnitron/port.ts";

/**
 * Plans that still wait and are new to us, or newer than what we hold and not begun; answers how many. A plan that was
 * begun or ended here is left as it is, however often it comes.
 */
export async function savePulledPlans(
  tx: Transaction,
  records: readonly { readonly value: RemoteCancellationPlan; readonly payload: JsonObject }[],
  at: Date,
): Promise<number> {
  const newest = new Map<bigint, (typeof records)[number]>();
  for (const record of records) {
    const other = newest.get(record.value.pk);
    if (other === undefined || other.value.modifiedAt <= record.value.modifiedAt) newest.set(record.value.pk, record);
  }
  const wanted = [...newest.values()].filter(({ value }) => value.isWaiting);
  if (wanted.length === 0) return 0;
  const rows = wanted.map(({ value, payload }) => ({
    pk: String(value.pk),
    order_number: value.orderNumber,
    type: value.type,
    modified_at: value.modifiedAt,
    payload,
  }));
  const saved = await tx.$queryRaw<{ id: bigint; pk: bigint }[]>(Prisma.sql`
    INSERT INTO cancellation_plan AS known
      (omnitron_id, order_number, order_id, type, next_attempt_at, remote_modified_at, payload, created_at, updated_at)
    SELECT pk, order_number, orders.id, incoming.type, ${at}, modified_at, incoming.payload, ${at}, ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS incoming(
      pk bigint, order_number text, type cancellation_type, modified_at timestamptz, payload jsonb)
    LEFT JOIN orders ON orders.number = order_number
    ORDER BY pk
    ON CONFLICT (omnitron_id) DO UPDATE SET
      type = excluded.type, remote_modified_at = excluded.remote_modified_at, payload = excluded.payload,
      updated_at = excluded.updated_at
      WHERE known.status = 'WAITING' AND known.remote_modified_at < excluded.remote_modified_at
    RETURNING id, omnitron_id AS pk`);
  const idByPk = new Map(saved.map(({ id, pk }) => [pk, id]));
  const items = wanted.flatMap(({ value }) =>
    value.items.map(({ itemPk, quantity }) => ({ plan_id: idByPk.get(value.pk), item_pk: String(itemPk), quantity })),
  );
  await tx.$executeRaw(Prisma.sql`
    DELETE FROM cancellation_plan_item WHERE plan_id = ANY(${saved.map(({ id }) => id)}::bigint[])`);
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO cancellation_plan_item (plan_id, omnitron_item_id, quantity)
    SELECT plan_id, item_pk, quantity
    FROM jsonb_to_recordset(${JSON.stringify(
      items.filter(({ plan_id }) => plan_id !== undefined).map((item) => ({ ...item, plan_id: String(item.plan_id) })),
    )}::jsonb) AS item(plan_id bigint, item_pk bigint, quantity int)`);
  return saved.length;
}
