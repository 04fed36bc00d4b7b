import type { JsonObject } from "@drumline/core/task";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { type MoneyBack, toObservedJson } from "./observed-json.ts";

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

/** What a webhook said of a payment that no row knows yet. */
export interface KeptHint extends Hint {
  /** As a signed webhook of a provider that cannot be asked described it; null: it did not. */
  readonly observed: JsonObject | null;
  /** Refunds and disputes that it told of. */
  readonly moneyBack: MoneyBack;
}

/** Of payments that no row knows yet: their order may still be on its way. The latest word of a payment counts, and all of its refunds and disputes. */
export async function keepHints(tx: Transaction, hints: readonly KeptHint[], at: Date): Promise<void> {
  if (hints.length === 0) return;
  const rows = [...mergeHints(hints)].map(({ moneyBack, ...hint }) => {
    const isSaid = moneyBack.refunds.length + moneyBack.disputes.length > 0;
    return { ...hint, moneyBack: isSaid ? toObservedJson(moneyBack) : null };
  });
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO shop_payment_hint AS known (provider, provider_id, received_at, observed, money_back)
    SELECT provider, "providerId", ${at}, observed, "moneyBack"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS hint(
      provider text, "providerId" text, observed jsonb, "moneyBack" jsonb)
    ORDER BY provider, "providerId"
    ON CONFLICT (provider, provider_id) DO UPDATE SET received_at = excluded.received_at,
      observed = coalesce(excluded.observed, known.observed),
      money_back = CASE WHEN known.money_back IS NULL OR excluded.money_back IS NULL
        THEN coalesce(excluded.money_back, known.money_back)
        ELSE jsonb_build_object(
          'refunds', (known.money_back -> 'refunds') || (excluded.money_back -> 'refunds'),
          'disputes', (known.money_back -> 'disputes') || (excluded.money_back -> 'disputes')) END`);
}

function mergeHints(hints: readonly KeptHint[]): Iterable<KeptHint> {
  const merged = new Map<string, KeptHint>();
  for (const hint of hints) {
    const key = `${hint.provider}/${hint.providerId}`;
    const before = merged.get(key);
    if (before === undefined) merged.set(key, hint);
    else
      merged.set(key, {
        ...hint,
        observed: hint.observed ?? before.observed,
        moneyBack: {
          refunds: [...before.moneyBack.refunds, ...hint.moneyBack.refunds],
          disputes: [...before.moneyBack.disputes, ...hint.moneyBack.disputes],
        },
      });
  }
  return merged.values();
}

export interface MatchedHint {
  readonly paymentId: string;
  /** As a signed webhook described it; null where the provider is asked. */
  readonly observed: unknown;
  readonly moneyBack: unknown;
}

/**
 * Hints whose payment has its row by now are used up, and the payment is due: for whoever applies what they say, in this
 * transaction. Locks the orders first, as everybody does who changes a payment.
 */
export async function matchHints(tx: Transaction, at: Date): Promise<MatchedHint[]> {
  await tx.$executeRaw(Prisma.sql`
    SELECT FROM shop_order WHERE id IN (
      SELECT payment.order_id FROM shop_payment_hint hint JOIN shop_payment payment USING (provider, provider_id))
    ORDER BY id FOR NO KEY UPDATE`);
  return await tx.$queryRaw<MatchedHint[]>(Prisma.sql`
    WITH matched AS MATERIALIZED (
      SELECT payment.id, hint.provider, hint.provider_id, hint.observed, hint.money_back
      FROM shop_payment_hint hint JOIN shop_payment payment USING (provider, provider_id)
      ORDER BY payment.id LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED
    ), used AS (
      DELETE FROM shop_payment_hint USING matched
      WHERE shop_payment_hint.provider = matched.provider AND shop_payment_hint.provider_id = matched.provider_id
    )
    UPDATE shop_payment SET next_check_at = ${at}, ask_source = 'WEBHOOK' FROM matched WHERE shop_payment.id = matched.id
    RETURNING shop_payment.id AS "paymentId", matched.observed, matched.money_back AS "moneyBack"`);
}

const tells = Prisma.sql`(observed IS NOT NULL OR money_back IS NOT NULL)`;

/**
 * After a day nobody waits for a payment any more that its provider can be asked for: the nightly comparison finds what was
 * paid. What a signed webhook told cannot be asked for again, and is kept for a month.
 */
export async function forgetHints(db: Database, at: Date): Promise<number> {
  return await db.$executeRaw(Prisma.sql`
    DELETE FROM shop_payment_hint
    WHERE received_at < ${at}::timestamptz - CASE WHEN ${tells} THEN interval '30 days' ELSE interval '24 hours' END`);
}

/** Payments that signed webhooks told of a day ago, whose orders never came; each is answered once. */
export async function takeOrphanedHints(tx: Transaction, at: Date): Promise<Hint[]> {
  return await tx.$queryRaw<Hint[]>(Prisma.sql`
    UPDATE shop_payment_hint SET told_at = ${at} WHERE (provider, provider_id) IN (
      SELECT provider, provider_id FROM shop_payment_hint
      WHERE ${tells} AND told_at IS NULL AND received_at < ${at}::timestamptz - interval '24 hours'
      ORDER BY received_at LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING provider, provider_id AS "providerId"`);
}
