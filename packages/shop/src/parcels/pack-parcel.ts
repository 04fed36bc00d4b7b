import { randomUUID } from "node:crypto";

import { DrumlineError } from "@drumline/core/errors";
import { type Database, Prisma, type Transaction } from "@drumline/db";
import { saveEvents } from "@drumline/events/outbox";
import { closeProblems } from "@drumline/problems";

import { LABEL_FAILED } from "../labels/label-problems.ts";
import { saveNotices } from "../notifications/save-notices.sql.ts";

export interface NewParcel {
  readonly reference: string;
  readonly orderReference: string;
  readonly carrier: string;
  readonly weightGrams: number | null;
}

/** What was asked of a parcel or its order is not possible now; the message says why. */
export class ParcelRefused extends DrumlineError {
  constructor(problem: string) {
    super(problem, { code: "PARCEL_REFUSED" });
  }
}

/** No order or parcel has that name. */
export class NoSuchParcel extends DrumlineError {
  constructor(what: string) {
    super(`there is no ${what}`, { code: "NO_SUCH_PARCEL" });
  }
}

/**
 * Records a packed parcel of a confirmed order, asks for its label and tells the customer, all in one. The same reference
 * again is the same parcel. Throws `NoSuchParcel` and `ParcelRefused`.
 */
export async function packParcel(db: Database, parcel: NewParcel, at: Date): Promise<bigint> {
  return await db.$transaction(async (tx) => {
    const [order] = await tx.$queryRaw<{ id: bigint; status: string; isHeld: boolean }[]>(Prisma.sql`
      SELECT id, status::text, payment_state = 'HELD' AS "isHeld" FROM shop_order WHERE reference = ${parcel.orderReference} FOR NO KEY UPDATE`);
    if (order === undefined) throw new NoSuchParcel(`order ${parcel.orderReference}`);
    const [known] = await tx.$queryRaw<{ id: bigint; orderId: bigint }[]>(Prisma.sql`
      SELECT id, order_id AS "orderId" FROM shop_parcel WHERE reference = ${parcel.reference}`);
    if (known !== undefined) {
      if (known.orderId === order.id) return known.id;
      throw new ParcelRefused(
        `parcel ${parcel.reference} belongs to another order; give this one a reference of its own`,
      );
    }
    if (order.status === "PLACED" || order.status === "CANCELLED")
      throw new ParcelRefused(`order ${parcel.orderReference} is ${order.status}, and only a confirmed one is packed`);
    if (order.isHeld)
      throw new ParcelRefused(
        `order ${parcel.orderReference} is HELD for its payment, and nothing of it is shipped; confirm or refund it first`,
      );
    const [{ id }] = await tx.$queryRaw<[{ id: bigint }]>(Prisma.sql`
      INSERT INTO shop_parcel (reference, order_id, carrier, weight_grams, packed_at)
      VALUES (${parcel.reference}, ${order.id}, ${parcel.carrier}, ${parcel.weightGrams}, ${at}) RETURNING id`);
    await tx.$executeRaw(Prisma.sql`
      UPDATE shop_order SET status = 'PACKED', updated_at = ${at}, version = version + 1
      WHERE id = ${order.id} AND status = 'CONFIRMED'`);
    await askForLabel(tx, id, at);
    await saveNotices(tx, [
      { key: `order/${order.id}/parcel/${id}/packed`, kind: "packed", orderId: order.id, parcelId: id, occurredAt: at },
    ]);
    await saveEvents(tx, [toEvent("packed", id, parcel, at)]);
    return id;
  });
}

/** Another label for a parcel that has none: after what stood in its way was mended. Throws `NoSuchParcel` and `ParcelRefused`. */
export async function relabelParcel(db: Database, id: bigint, at: Date): Promise<void> {
  await db.$transaction(async (tx) => {
    const parcel = await lockParcel(tx, id);
    const open = await tx.shopLabel.count({ where: { parcelId: id, status: { in: ["DUE", "BUYING", "BOUGHT"] } } });
    if (parcel.status === "CANCELLED")
      throw new ParcelRefused(`parcel ${parcel.reference} is CANCELLED, and needs no label`);
    if (open > 0) throw new ParcelRefused(`parcel ${parcel.reference} has a label, or one is being bought`);
    await askForLabel(tx, id, at);
  });
}

/** Takes a parcel back that has not left; its label goes back to the carrier. Twice is once. Throws `NoSuchParcel` and `ParcelRefused`. */
export async function cancelParcel(db: Database, id: bigint, at: Date): Promise<void> {
  await db.$transaction(async (tx) => {
    const parcel = await lockParcel(tx, id);
    if (parcel.status === "CANCELLED") return;
    if (parcel.status !== "PACKED")
      throw new ParcelRefused(`parcel ${parcel.reference} is ${parcel.status}, and cannot be taken back`);
    await tx.$executeRaw(
      Prisma.sql`UPDATE shop_parcel SET status = 'CANCELLED', next_check_at = NULL WHERE id = ${id}`,
    );
    // One that is being bought goes back as soon as its carrier has answered (`saveLabelEnd`).
    await tx.$executeRaw(Prisma.sql`
      UPDATE shop_label SET status = CASE WHEN status = 'BOUGHT' THEN 'VOIDING' ELSE 'VOIDED' END::shop_label_status,
        next_try_at = CASE WHEN status = 'BOUGHT' THEN ${at}::timestamptz END
      WHERE parcel_id = ${id} AND status IN ('BOUGHT', 'DUE', 'FAILED')`);
    await closeProblems(tx, {
      kind: LABEL_FAILED,
      subjects: [{ type: "parcel", key: parcel.reference }],
      reason: "the parcel was taken back",
      at,
    });
    await saveEvents(tx, [toEvent("cancelled", id, parcel, at)]);
  });
}

async function lockParcel(
  tx: Transaction,
  id: bigint,
): Promise<{ reference: string; status: string; carrier: string }> {
  const [parcel] = await tx.$queryRaw<{ reference: string; status: string; carrier: string }[]>(Prisma.sql`
    SELECT reference, status::text, carrier FROM shop_parcel WHERE id = ${id} FOR NO KEY UPDATE`);
  if (parcel === undefined) throw new NoSuchParcel(`parcel ${id}`);
  return parcel;
}

/** Its reference at the carrier is an id of its own: an account may be shared with another shop, or a restored database. */
async function askForLabel(tx: Transaction, parcelId: bigint, at: Date): Promise<void> {
  const id = randomUUID();
  await tx.shopLabel.create({ data: { id, parcelId, reference: id, createdAt: at, nextTryAt: at } });
}

function toEvent(
  what: string,
  id: bigint,
  { reference, carrier }: { readonly reference: string; readonly carrier: string },
  at: Date,
) {
  return {
    eventType: `shop.parcel.${what}`,
    entityType: "ShopParcel",
    entityId: id,
    payload: { reference, carrier },
    at,
  };
}
