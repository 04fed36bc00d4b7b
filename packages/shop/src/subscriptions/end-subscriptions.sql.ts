import { type Database, lockedById, Prisma, type Transaction } from "@drumline/db";

import { isBought } from "../leads/purchase.sql.ts";
import { emailHashIn } from "../people/email-hash.sql.ts";
import { DAYS_TO_CONFIRM } from "./confirmation.sql.ts";

type End = "BOUGHT" | "EXPIRED" | "UNSUBSCRIBED";

const DAYS_TO_WAIT = 90;
const MOST_AT_ONCE = 1_000;

/** What has ended is kept as a number; the address goes with it. */
const endedAs = (end: End, at: Date): Prisma.Sql => Prisma.sql`status = ${end}::shop_subscription_status,
  ended_at = ${at}, email = NULL, email_key = NULL, confirm_token_hash = NULL`;

const IS_OPEN = Prisma.sql`status IN ('PENDING', 'CONFIRMED', 'NOTIFIED')`;

export async function endSubscriptions(tx: Transaction, ids: readonly bigint[], end: End, at: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    WITH ${lockedById("shop_stock_subscription", Prisma.sql`id = ANY(${[...ids]}::bigint[]) AND ${IS_OPEN}`)}
    UPDATE shop_stock_subscription subscription SET ${endedAs(end, at)} FROM locked WHERE subscription.id = locked.id`);
}

/** All that a person waits for. */
export async function endSubscriptionsOf(tx: Transaction, emailHash: string, at: Date): Promise<void> {
  const where = Prisma.sql`${IS_OPEN} AND ${emailHashIn(Prisma.sql`email_key`)} = ${emailHash}`;
  await tx.$executeRaw(Prisma.sql`
    WITH ${lockedById("shop_stock_subscription", where)}
    UPDATE shop_stock_subscription subscription SET ${endedAs("UNSUBSCRIBED", at)}
    FROM locked WHERE subscription.id = locked.id`);
}

/**
 * Ends what is over: who bought it meanwhile, as a guest or by an account, who never confirmed, and who has waited for 90
 * days. A thousand of each at most; the rest comes with the next run. Answers how many.
 */
export async function endOldSubscriptions(db: Database, now: Date): Promise<number> {
  const bought = isBought({
    emailKey: Prisma.sql`waiting.email_key`,
    cartId: Prisma.sql`NULL::bigint`,
    since: Prisma.sql`waiting.created_at`,
    skus: Prisma.sql`SELECT product.sku FROM shop_product product WHERE product.id = waiting.product_id`,
  });
  const daysAgo = (days: number) => Prisma.sql`${now}::timestamptz - make_interval(days => ${days})`;
  const ended = [
    await endWhere(db, "BOUGHT", Prisma.sql`status IN ('CONFIRMED', 'NOTIFIED') AND ${bought}`, now),
    await endWhere(db, "EXPIRED", Prisma.sql`status = 'PENDING' AND created_at <= ${daysAgo(DAYS_TO_CONFIRM)}`, now),
    await endWhere(
      db,
      "EXPIRED",
      Prisma.sql`status IN ('CONFIRMED', 'NOTIFIED') AND confirmed_at <= ${daysAgo(DAYS_TO_WAIT)}`,
      now,
    ),
  ];
  return ended.reduce((sum, count) => sum + count, 0);
}

const endWhere = (db: Database, end: End, where: Prisma.Sql, at: Date): Promise<number> =>
  db.$executeRaw(Prisma.sql`
    WITH locked AS MATERIALIZED (
      SELECT id FROM shop_stock_subscription waiting WHERE ${where} ORDER BY id LIMIT ${MOST_AT_ONCE} FOR NO KEY UPDATE)
    UPDATE shop_stock_subscription subscription SET ${endedAs(end, at)} FROM locked WHERE subscription.id = locked.id`);
