import { type Database, Prisma, type Transaction } from "@drumline/db";

import { groupBy } from "../group-by.ts";
import type {
  CancellationFacts,
  ChangeableItem,
  OrderFacts,
  PackageFacts,
  ParcelFacts,
  Wish,
} from "./cancellation-facts.ts";

type PlanRow = Omit<CancellationFacts, "wishes" | "otherWishes" | "items" | "packages">;

/** Ties plans and their items to orders that have arrived since. */
export async function linkPlans(tx: Transaction, planIds: readonly bigint[]): Promise<void> {
  const isMeant = Prisma.sql`= ANY(${[...planIds]}::bigint[])`;
  await tx.$executeRaw(Prisma.sql`
    UPDATE cancellation_plan plan SET order_id = orders.id FROM orders
    WHERE plan.id ${isMeant} AND plan.order_id IS NULL AND orders.number = plan.order_number`);
  await tx.$executeRaw(Prisma.sql`
    UPDATE cancellation_plan_item wish SET order_item_id = item.id
    FROM cancellation_plan plan, order_item item
    WHERE plan.id ${isMeant} AND wish.plan_id = plan.id AND wish.order_item_id IS NULL
      AND item.order_id = plan.order_id AND item.omnitron_id = wish.omnitron_item_id`);
}

/** The orders of plans; to be locked before the facts are read. */
export async function loadOrderIds(db: Database | Transaction, planIds: readonly bigint[]): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT DISTINCT orders.id FROM cancellation_plan plan
    JOIN orders ON orders.id = plan.order_id OR (plan.order_id IS NULL AND orders.number = plan.order_number)
    WHERE plan.id = ANY(${[...planIds]}::bigint[])`);
  return rows.map(({ id }) => id);
}

export async function loadFacts(db: Database | Transaction, planIds: readonly bigint[]): Promise<CancellationFacts[]> {
  const ids = Prisma.sql`ANY(${[...planIds]}::bigint[])`;
  const plans = await db.$queryRaw<PlanRow[]>(Prisma.sql`
    SELECT plan.id AS "planId", plan.omnitron_id AS pk, type::text AS type, attempts, order_number AS "orderNumber",
      coalesce(plan.order_id, orders.id) AS "orderId"
    FROM cancellation_plan plan LEFT JOIN orders ON orders.number = plan.order_number
    WHERE plan.id = ${ids} ORDER BY plan.id`);
  const wishes = await db.$queryRaw<(Wish & { planId: bigint })[]>(Prisma.sql`
    SELECT wish.plan_id AS "planId", wish.id, omnitron_item_id AS "itemPk", item.id AS "orderItemId", wish.quantity,
      done_quantity AS done, wish.status IN ('WAITING', 'PROCESSING') AS "isOpen", reason
    FROM cancellation_plan_item wish
    JOIN cancellation_plan plan ON plan.id = wish.plan_id
    LEFT JOIN orders ON orders.number = plan.order_number
    LEFT JOIN order_item item ON item.omnitron_id = wish.omnitron_item_id AND item.order_id = orders.id
    WHERE wish.plan_id = ${ids} ORDER BY wish.id`);
  const orderIds = plans.flatMap(({ orderId }) => orderId ?? []);
  const others = await loadOpenWishes(db, orderIds);
  const orders = await loadOrderFacts(db, orderIds);
  const wishesByPlan = groupBy(wishes, ({ planId }) => planId);
  return plans.map((plan) => ({
    ...plan,
    wishes: wishesByPlan.get(plan.planId) ?? [],
    otherWishes:
      plan.orderId === null ? [] : (others.get(plan.orderId) ?? []).filter((wish) => wish.planId !== plan.planId),
    ...(plan.orderId === null ? NOTHING : orders.get(plan.orderId)!),
  }));
}

const NOTHING: OrderFacts = { items: [], packages: [] };

async function loadOpenWishes(db: Database | Transaction, orderIds: readonly bigint[]) {
  const rows = await db.$queryRaw<(Wish & { planId: bigint; orderId: bigint })[]>(Prisma.sql`
    SELECT plan.order_id AS "orderId", plan.id AS "planId", wish.id, omnitron_item_id AS "itemPk",
      wish.order_item_id AS "orderItemId", wish.quantity, done_quantity AS done, true AS "isOpen", reason
    FROM cancellation_plan plan JOIN cancellation_plan_item wish ON wish.plan_id = plan.id
    WHERE plan.order_id = ANY(${[...orderIds]}::bigint[]) AND plan.status IN ('WAITING', 'PROCESSING')
      AND wish.status IN ('WAITING', 'PROCESSING') AND wish.order_item_id IS NOT NULL
    ORDER BY wish.id`);
  return groupBy(rows, ({ orderId }) => orderId);
}

/** Where the units of orders are, by order. */
export async function loadOrderFacts(
  db: Database | Transaction,
  orderIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, OrderFacts>> {
  if (orderIds.length === 0) return new Map();
  const items = await loadItems(db, orderIds);
  const packages = await loadPackages(db, orderIds);
  return new Map(orderIds.map((id) => [id, { items: items.get(id) ?? [], packages: packages.get(id) ?? [] }]));
}

async function loadItems(db: Database | Transaction, orderIds: readonly bigint[]) {
  const rows = await db.$queryRaw<(ChangeableItem & { orderId: bigint })[]>(Prisma.sql`
    SELECT item.order_id AS "orderId", item.id, item.quantity, item.cancelled_quantity AS cancelled,
      coalesce(wished.returned, 0)::int AS returned, coalesce(wished.pending, 0)::int AS pending,
      coalesce(wished.withdrawn, 0)::int AS withdrawn, coalesce(wished.is_withdrawn, false) AS "isWithdrawn"
    FROM order_item item
    LEFT JOIN LATERAL (
      SELECT sum(returned_quantity) AS returned,
        sum(wish.quantity - done_quantity) FILTER (WHERE wish.status IN ('WAITING', 'PROCESSING')) AS pending,
        sum(done_quantity - returned_quantity) FILTER (WHERE plan.omnitron_id IS NULL) AS withdrawn,
        bool_or(plan.omnitron_id IS NULL AND (done_quantity > 0 OR wish.status IN ('WAITING', 'PROCESSING')))
          AS is_withdrawn
      FROM cancellation_plan_item wish JOIN cancellation_plan plan ON plan.id = wish.plan_id
      WHERE wish.order_item_id = item.id
    ) wished ON true
    WHERE item.order_id = ANY(${[...orderIds]}::bigint[]) ORDER BY item.id`);
  return groupBy(rows, ({ orderId }) => orderId);
}

async function loadPackages(db: Database | Transaction, orderIds: readonly bigint[]) {
  const rows = await db.$queryRaw<(Omit<PackageFacts, "items" | "shipment" | "transfers"> & Raw)[]>(Prisma.sql`
    SELECT package.order_id AS "orderId", package.id, package.number, package.state::text AS state,
      package.state_before::text AS "stateBefore",
      (SELECT coalesce(jsonb_agg(jsonb_build_array(item.id::text, order_item_id::text, item.quantity,
            coalesce(reservation.quantity, 0)) ORDER BY item.id), '[]')
        FROM package_item item
        LEFT JOIN reservation ON reservation.package_item_id = item.id AND type = 'ORDER' AND status = 'ACTIVE'
        WHERE package_id = package.id AND item.state <> 'CANCELLED') AS items,
      (SELECT ${PARCEL} FROM shipment WHERE package_id = package.id AND status <> 'DELETED') AS shipment,
      (SELECT coalesce(jsonb_agg(jsonb_build_array(transfer.id::text, state, (
            SELECT ${PARCEL} FROM shipment WHERE transfer_order_id = transfer.id AND status <> 'DELETED')
          ) ORDER BY transfer.id), '[]')
        FROM transfer_order transfer
        WHERE package_id = package.id AND state NOT IN ('TRANSFERRED', 'CANCELLED')) AS transfers
    FROM package WHERE package.order_id = ANY(${[...orderIds]}::bigint[]) AND package.state <> 'CANCELLED'
    ORDER BY package.id`);
  return groupBy(rows.map(toPackage), ({ orderId }) => orderId);
}

const PARCEL = Prisma.sql`jsonb_build_object(
  'id', shipment.id::text, 'status', status, 'carrierCode', carrier_code, 'trackingNumber', tracking_number,
  'isBusy', coalesce(claimed_until > now(), false))`;

/** Ids go through JSON as text. */
interface Raw {
  readonly orderId: bigint;
  readonly items: readonly (readonly [id: string, orderItemId: string, quantity: number, reserved: number])[];
  readonly shipment: RawParcel | null;
  readonly transfers: readonly (readonly [
    id: string,
    state: PackageFacts["transfers"][number]["state"],
    parcel: RawParcel | null,
  ])[];
}
type RawParcel = Omit<ParcelFacts, "id"> & { readonly id: string };

function toPackage({
  items,
  shipment,
  transfers,
  ...row
}: Omit<PackageFacts, keyof Raw> & Raw): PackageFacts & { orderId: bigint } {
  return {
    ...row,
    items: items.map(([id, orderItemId, quantity, reserved]) => ({
      id: BigInt(id),
      orderItemId: BigInt(orderItemId),
      quantity,
      reserved,
    })),
    shipment: toParcel(shipment),
    transfers: transfers.map(([id, state, parcel]) => ({ id: BigInt(id), state, parcel: toParcel(parcel) })),
  };
}

const toParcel = (raw: RawParcel | null): ParcelFacts | null => (raw === null ? null : { ...raw, id: BigInt(raw.id) });
