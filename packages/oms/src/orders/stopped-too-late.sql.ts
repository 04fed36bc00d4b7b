import { type Database, Prisma } from "@drumline/db";
import { closeGoneProblems, isTold, openProblems, type ProblemKind } from "@drumline/problems";

import { hasNoOpenPlan } from "./held-orders.sql.ts";

const ORDER_STOPPED_TOO_LATE: ProblemKind = {
  context: "oms",
  name: "ORDER_STOPPED_TOO_LATE",
  severity: "WARNING",
  cure: "Its goods have left. Stop the parcel at its carrier if that is still possible, and say in Omnitron how it ends: refunded (600, or a refund plan), or going on as it was (400).",
};

const MOST_AT_ONCE = 500;

/**
 * Tells of orders that Omnitron has stopped when all that is left of them was out of the house, or that left while they were
 * held: they go on, and Omnitron still waits for somebody. After a pull, as `noteHeldOrders`.
 */
export async function noteStoppedTooLate(db: Database, at: Date): Promise<void> {
  const found = await db.$queryRaw<{ number: string; reason: string }[]>(Prisma.sql`
    WITH late AS (
      SELECT number, format('Omnitron has stopped order %s (%s), but it has left', number, remote_status) AS reason
      FROM orders WHERE ${isStoppedTooLate}
    )
    SELECT number, reason FROM late
    WHERE NOT ${isTold({ kind: Prisma.sql`${ORDER_STOPPED_TOO_LATE.name}`, type: Prisma.sql`'order'`, key: Prisma.sql`late.number`, reason: Prisma.sql`late.reason` })}
    ORDER BY number LIMIT ${MOST_AT_ONCE}`);
  await openProblems(
    db,
    found.map(({ number, reason }) => ({
      kind: ORDER_STOPPED_TOO_LATE,
      subject: { type: "order", key: number },
      reason,
    })),
    at,
  );
  await closeGoneProblems(db, {
    kind: ORDER_STOPPED_TOO_LATE,
    isGone: Prisma.sql`NOT EXISTS (
      SELECT FROM orders WHERE orders.number = problem.subject_key AND ${isStoppedTooLate})`,
    reason: "Omnitron lets it go on, or a cancellation of it is being decided",
    at,
  });
}

/** The codes stand in the text, so that Postgres sees that the partial index holds all of them. */
const isStoppedTooLate = Prisma.sql`
  orders.remote_status IN ('50', '200', '300', '350', '425')
  AND orders.state IN ('SHIPPED', 'READY_FOR_PICKUP', 'ATTEMPTED_DELIVERY', 'DELIVERED')
  AND ${hasNoOpenPlan}`;
