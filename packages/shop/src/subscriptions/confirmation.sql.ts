import { emailHashOf } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { hashOfLinkToken, newLinkToken } from "../people/link-token.ts";
import { liftUnsubscription } from "../suppressions/suppression.sql.ts";

/** For so long a link to confirm is good; then the address is deleted. */
export const DAYS_TO_CONFIRM = 7;

/** Below SHOP_URL. */
export const confirmPathOf = (token: string): string => `/shop/confirm?token=${token}`;

/**
 * A link for each, in the transaction that records its mail: the token is in the mail, and only its hash here. One that
 * was sent before is good no longer.
 */
export async function issueConfirmations(
  tx: Transaction,
  ids: readonly bigint[],
  newToken: () => string = newLinkToken,
): Promise<ReadonlyMap<bigint, string>> {
  const tokens = new Map(ids.map((id) => [id, newToken()]));
  if (tokens.size > 0)
    await tx.$executeRaw(Prisma.sql`
      UPDATE shop_stock_subscription subscription SET confirm_token_hash = issued.hash
      FROM unnest(${[...tokens.keys()]}::bigint[], ${[...tokens.values()].map(hashOfLinkToken)}::text[]) AS issued(id, hash)
      WHERE subscription.id = issued.id AND subscription.status = 'PENDING'`);
  return tokens;
}

export interface ConfirmedSubscription {
  readonly title: string;
  readonly locale: string;
}

const isGood = (now: Date): Prisma.Sql => Prisma.sql`(subscription.status IN ('CONFIRMED', 'NOTIFIED')
  OR (subscription.status = 'PENDING'
    AND subscription.created_at > ${now}::timestamptz - make_interval(days => ${DAYS_TO_CONFIRM})))`;

/** What a link would confirm, and nothing done; null for one that is not good, or no longer. */
export async function findConfirmation(db: Database, token: string, now: Date): Promise<ConfirmedSubscription | null> {
  const [found] = await db.$queryRaw<ConfirmedSubscription[]>(Prisma.sql`
    SELECT product.title, subscription.locale
    FROM shop_stock_subscription subscription JOIN shop_product product ON product.id = subscription.product_id
    WHERE confirm_token_hash = ${hashOfLinkToken(token)} AND ${isGood(now)}`);
  return found ?? null;
}

/** The person behind the address wants to be told, whatever they left before; a second time changes nothing. */
export async function confirmSubscription(
  db: Database,
  token: string,
  now: Date,
): Promise<ConfirmedSubscription | null> {
  return await db.$transaction(async (tx) => {
    const [confirmed] = await tx.$queryRaw<{ emailKey: string | null }[]>(Prisma.sql`
      UPDATE shop_stock_subscription subscription SET status = 'CONFIRMED', confirmed_at = ${now}
      WHERE confirm_token_hash = ${hashOfLinkToken(token)} AND status = 'PENDING' AND ${isGood(now)}
      RETURNING email_key AS "emailKey"`);
    if (confirmed?.emailKey) await liftUnsubscription(tx, "back-in-stock", emailHashOf(confirmed.emailKey));
    return await findConfirmation(tx as Database, token, now);
  });
}
