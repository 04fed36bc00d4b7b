import { type Database, Prisma, type Transaction } from "@drumline/db";

/** A webhook named a payment. */
export interface Hint {
  readonly provider: string;
  readonly providerId: string;
}

/** Payments that were named are due at once; answers which of the hints have a row. In the transaction that stores the webhook. */
export async function wakeHinted(tx: Transaction, hints: readonly Hint[], at: Date): Promise<Hint[]> {
  return await tx.$queryRaw<Hint[]>(Prisma.sql`
    WITH hinted AS MATERIALIZED (
      SELECT id FROM shop_payment JOIN jsonb_to_recordset(${JSON.stringify(hints)}::jsonb) AS hint(provider text, "providerId" text)
        ON shop_payment.provider = hint.provider AND shop_payment.provider_id = hint."providerId"
      ORDER BY id FOR NO KEY UPDATE OF shop_payment
    )
    UPDATE shop_payment SET next_check_at = ${at}, ask_source = 'WEBHOOK' FROM hinted WHERE shop_payment.id = hinted.id
    RETURNING provider, provider_id AS "providerId"`);
}

/** Of payments that no row knows yet: their order may still be on its way. The latest word counts. */
export async function keepHints(
  tx: Transaction,
  hints: readonly (Hint & { readonly observed: object | null })[],
  at: Date,
): Promise<void> {
  if (hints.length === 0) return;
  const latest = new Map(hints.map((hint) => [`${hint.provider}/${hint.providerId}`, hint]));
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO shop_payment_hint (provider, provider_id, received_at, observed)
    SELECT provider, "providerId", ${at}, observed
    FROM jsonb_to_recordset(${JSON.stringify([...latest.values()])}::jsonb) AS hint(provider text, "providerId" text, observed jsonb)
    ORDER BY provider, "providerId"
    ON CONFLICT (provider, provider_id) DO UPDATE SET received_at = excluded.received_at,
      observed = coalesce(excluded.observed, shop_payment_hint.observed)`);
}

export interface MatchedHint {
  readonly paymentId: string;
  /** As a signed webhook described it; null where the provider is asked. */
  readonly observed: unknown;
}

/** Hints whose payment has its row by now are used up, and the payment is due. */
export async function matchHints(db: Database | Transaction, at: Date): Promise<MatchedHint[]> {
  return await db.$queryRaw<MatchedHint[]>(Prisma.sql`
    WITH matched AS MATERIALIZED (
      SELECT payment.id, hint.provider, hint.provider_id, hint.observed
      FROM shop_payment_hint hint JOIN shop_payment payment USING (provider, provider_id)
      ORDER BY payment.id LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED
    ), used AS (
      DELETE FROM shop_payment_hint USING matched
      WHERE shop_payment_hint.provider = matched.provider AND shop_payment_hint.provider_id = matched.provider_id
    )
    UPDATE shop_payment SET next_check_at = ${at}, ask_source = 'WEBHOOK' FROM matched WHERE shop_payment.id = matched.id
    RETURNING shop_payment.id AS "paymentId", matched.observed`);
}

/** After a day nobody waits for them any more; the nightly comparison finds what was paid. */
export async function forgetHints(db: Database, at: Date): Promise<number> {
  return await db.$executeRaw(Prisma.sql`
    DELETE FROM shop_payment_hint WHERE received_at < ${at}::timestamptz - interval '24 hours'`);
}
