import { type Database, literals, Prisma } from "@drumline/db";
import { closeGoneProblems, isTold, openProblems, type ProblemKind } from "@drumline/problems";

import { STOPPED_STATES } from "../states/derive-order.ts";
import { EXCEPTION_STATES } from "../states/package-states.ts";

const ORDER_HELD: ProblemKind = {
  context: "oms",
  name: "ORDER_HELD",
  severity: "WARNING",
  cure: "Nothing of it is packed or planned, and nothing says how that ends. Approve it in Omnitron (400) and it goes on; cancel it there (100, or by a cancellation plan) and it is taken back.",
};

const MOST_AT_ONCE = 500;

/**
 * Tells of orders that Omnitron has stopped without saying how it ends: at 50 with no cancellation plan that is still to be
 * decided, or at another status with packages that are held, or that lost their place and are planned again by nobody.
 * After a pull, so that a plan that came with it is known.
 */
export async function noteHeldOrders(db: Database, at: Date): Promise<void> {
  const held = await db.$queryRaw<{ number: string; reason: string; packages: string[] }[]>(Prisma.sql`
    WITH held AS (
      SELECT number, format('order %s is held as %s, and no cancellation plan of it is open', number, state) AS reason,
        ARRAY(
          SELECT package.number FROM package
          WHERE package.order_id = orders.id AND (${isHeldPackage} OR ${isNotReplanned}) ORDER BY 1) AS packages
      FROM orders
      WHERE id IN (
        SELECT package.order_id FROM package WHERE ${isHeldPackage} UNION
        SELECT package.order_id FROM package JOIN orders ON orders.id = package.order_id WHERE ${isNotReplanned} UNION
        SELECT id FROM orders WHERE state = 'CANCELLATION_WAITING') AND ${hasNoOpenPlan}
    )
    SELECT number, reason, packages FROM held
    WHERE NOT ${isTold({ kind: Prisma.sql`${ORDER_HELD.name}`, type: Prisma.sql`'order'`, key: Prisma.sql`held.number`, reason: Prisma.sql`held.reason` })}
    ORDER BY number LIMIT ${MOST_AT_ONCE}`);
  await openProblems(
    db,
    held.map(({ number, reason, packages }) => ({
      kind: ORDER_HELD,
      subject: { type: "order", key: number },
      reason,
      detail: { packages },
      actions: [
        {
          label: "Look at its packages",
          method: "GET",
          path: `/api/v1/oms/packages?orderNumber=${encodeURIComponent(number)}`,
        },
      ],
    })),
    at,
  );
  await closeGoneProblems(db, {
    kind: ORDER_HELD,
    isGone: Prisma.sql`NOT EXISTS (
      SELECT FROM orders
      WHERE orders.number = problem.subject_key AND ${hasNoOpenPlan} AND (
        orders.state = 'CANCELLATION_WAITING'
        OR EXISTS (SELECT FROM package WHERE package.order_id = orders.id AND (${isHeldPackage} OR ${isNotReplanned}))))`,
    reason: "it goes on, or a cancellation of it is being decided",
    at,
  });
}

const isHeldPackage = Prisma.sql`package.state = 'CANCELLATION_WAITING'`;
/** It lost its place, and while Omnitron has its order stopped nobody looks for another. */
const isNotReplanned = Prisma.sql`(orders.state IN (${literals(STOPPED_STATES)})
  AND package.state IN (${literals(EXCEPTION_STATES)}))`;
/** No cancellation of it is still to be decided. */
export const hasNoOpenPlan = Prisma.sql`NOT EXISTS (
  SELECT FROM cancellation_plan plan WHERE plan.order_id = orders.id AND plan.status IN ('WAITING', 'PROCESSING'))`;
