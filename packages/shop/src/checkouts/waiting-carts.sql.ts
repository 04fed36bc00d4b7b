import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { CleanUpTimes } from "./cart-decision.sql.ts";

/** Which carts are looked at: those left behind, then leads and orders whose time is over. */
export const STAGES = ["OPEN", "LEAD", "ORDERED"] as const;
export type Stage = (typeof STAGES)[number];

/** A cart's place in the order in which they are looked at: by the last sign of the shopper. The text keeps the microseconds. */
export interface CartPlace {
  readonly id: bigint;
  readonly at: string;
}

interface Question {
  readonly stage: Stage;
  readonly times: CleanUpTimes;
  readonly after: CartPlace | null;
  readonly limit: number;
}

/** The next ones, without taking them. */
export async function listWaitingCarts(db: Database, question: Question): Promise<CartPlace[]> {
  return db.$queryRaw<CartPlace[]>(findWaiting(question, Prisma.empty));
}

/**
 * Takes the next ones, passing over those that somebody else holds: a shopper who moves on, an order that is being written.
 * An order refers to its cart, so that none can come while the cart is held.
 */
export async function lockWaitingCarts(tx: Transaction, question: Question): Promise<CartPlace[]> {
  return tx.$queryRaw<CartPlace[]>(findWaiting(question, Prisma.sql`FOR UPDATE SKIP LOCKED`));
}

function findWaiting({ stage, times, after, limit }: Question, lock: Prisma.Sql): Prisma.Sql {
  const since = stage === "OPEN" ? times.idleSince : times.oldSince;
  const isAfter =
    after === null
      ? Prisma.empty
      : Prisma.sql`AND (last_activity_at, id) > (${after.at}::timestamptz, ${after.id}::bigint)`;
  return Prisma.sql`
    SELECT id, last_activity_at::text AS at FROM shop_cart
    WHERE status = ${stage}::shop_cart_status AND last_activity_at <= ${since} ${isAfter}
    ORDER BY last_activity_at, id LIMIT ${limit} ${lock}`;
}
