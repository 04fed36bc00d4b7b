import {
  claimedFor,
  type Database,
  isClaimedBy,
  isFreeFor,
  lockedById,
  Prisma,
  type Transaction,
  unclaimed,
} from "@drumline/db";

import type { OrderState } from "../../states/index.ts";

const CLAIM_SECONDS = 60;

/**
 * Approved, with something in it, and never planned. `has_plan` keeps orders that are planned and wait for their store out
 * of the index of those that are not. OFFSET 0 keeps each look what it is: as joins, they would begin with all items there are.
 */
const isNew = Prisma.sql`
  orders.state = 'APPROVED' AND NOT orders.has_plan
  AND EXISTS (SELECT FROM order_item WHERE order_item.order_id = orders.id OFFSET 0)
  AND NOT EXISTS (SELECT FROM order_execution_plan plan WHERE plan.order_id = orders.id OFFSET 0)`;

/** How far an order may have got that has a wanted unit in no package: its plan is in START for as long. */
const PLANNABLE_STATES: readonly OrderState[] = [
  "APPROVED",
  "PREPARING",
  "SHIPPED",
  "READY_FOR_PICKUP",
  "ATTEMPTED_DELIVERY",
  "DELIVERED",
];
const isReopened = Prisma.sql`plan.state = 'START' AND orders.state::text = ANY(${[...PLANNABLE_STATES]}::text[])`;
const reopenedOrders = Prisma.sql`order_execution_plan plan JOIN orders ON orders.id = plan.order_id`;

/** Orders, and their plans as far as they have any, that planning is asked for. */
export const isWaiting = Prisma.sql`((plan.id IS NULL AND orders.state = 'APPROVED') OR (${isReopened}))`;

/** Orders that planning is asked for, in two looks at small indexes. */
export const someOrderWaits = Prisma.sql`
  (EXISTS (SELECT FROM orders WHERE ${isNew}) OR EXISTS (SELECT FROM ${reopenedOrders} WHERE ${isReopened}))`;

/** Waiting orders, counted up to `most`. */
export async function countWaitingOrders(db: Database, most: number): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM (
      (SELECT orders.id FROM ${reopenedOrders} WHERE ${isReopened} LIMIT ${most})
      UNION ALL
      (SELECT id FROM orders WHERE ${isNew} LIMIT ${most})
      LIMIT ${most}) waiting`);
  return row.count;
}

/** The waiting orders that would be claimed next, whoever works on them; for a dry run. */
export async function findWaitingOrders(db: Database, limit: number): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    (SELECT orders.id FROM ${reopenedOrders} WHERE ${isReopened} ORDER BY placed_at, orders.id LIMIT ${limit})
    UNION ALL
    (SELECT id FROM orders WHERE ${isNew} ORDER BY placed_at, id LIMIT ${limit})
    LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}

/**
 * Takes the oldest waiting orders nobody else works on, those that were planned before first. The claim ends by itself, so
 * that the orders of a planner that died are free again after a minute; by the database's clock, since all planners share
 * that one.
 */
export async function claimWaitingOrders(
  db: Database,
  runId: string,
  limit: number,
  excluded: readonly bigint[],
): Promise<bigint[]> {
  const isMine = Prisma.sql`${isFreeFor(runId, "orders")} AND orders.id <> ALL(${[...excluded]}::bigint[])`;
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    WITH reopened AS MATERIALIZED (
      SELECT orders.id FROM ${reopenedOrders}
      WHERE ${isReopened} AND ${isMine}
      ORDER BY placed_at, orders.id
      LIMIT ${limit}
      FOR NO KEY UPDATE OF orders SKIP LOCKED
    ), fresh AS MATERIALIZED (
      SELECT id FROM orders
      WHERE ${isNew} AND ${isMine}
      ORDER BY placed_at, id
      LIMIT ${limit} - (SELECT count(*) FROM reopened)
      FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE orders SET ${claimedFor(runId, CLAIM_SECONDS)}
    FROM (SELECT id FROM reopened UNION ALL SELECT id FROM fresh) next WHERE orders.id = next.id
    RETURNING orders.id`);
  return rows.map(({ id }) => id);
}

/** Locks the orders that are still this run's, by id; one whose claim ran out belongs to whoever took it. */
export async function lockClaimedOrders(tx: Transaction, runId: string, ids: readonly bigint[]): Promise<bigint[]> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM orders
    WHERE id = ANY(${[...ids]}::bigint[]) AND ${isClaimedBy(runId)}
    ORDER BY id FOR NO KEY UPDATE`);
  return rows.map(({ id }) => id);
}

/** Ends the run's claims on these orders, and notes which of them have a plan by now; the claims of others stay. */
export async function releaseClaims(db: Database | Transaction, runId: string, ids: readonly bigint[]): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    WITH ${lockedById("orders", Prisma.sql`id = ANY(${[...ids]}::bigint[]) AND ${isClaimedBy(runId)}`)}
    UPDATE orders SET ${unclaimed},
      has_plan = EXISTS (SELECT FROM order_execution_plan plan WHERE plan.order_id = orders.id)
    FROM locked WHERE orders.id = locked.id`);
}

/** As people call them. */
export async function loadOrderNames(db: Database, ids: readonly bigint[]): Promise<ReadonlyMap<bigint, string>> {
  const rows = await db.$queryRaw<{ id: bigint; number: string }[]>(Prisma.sql`
    SELECT id, number FROM orders WHERE id = ANY(${[...ids]}::bigint[])`);
  return new Map(rows.map(({ id, number }) => [id, `order ${number}`]));
}
