import { randomUUID } from "node:crypto";

import { type Database, Prisma, type Transaction } from "@drumline/db";
import { closeProblems } from "@drumline/problems";

import { type MissingPieces, reservePieces } from "../inventory/reservations.sql.ts";
import { endBoughtLeads } from "../leads/index.ts";
import { insertOrder, lockKnownOrder, type OrderContent } from "../orders/save-order.sql.ts";
import { applyHints } from "./apply-hints.ts";
import { PAYMENT_UNMATCHED } from "./payment-problem-kinds.ts";
import { paymentSubject } from "./payment-problems.ts";
import { planNextCheck } from "./plan-next-check.ts";

/** An attempt to pay, as the shop made it. Whether it is paid is asked of its provider, never taken from here. */
export interface NewAttempt {
  /** What went to the provider as our reference. */
  readonly id: string | null;
  readonly provider: string;
  /** Null: the provider has not answered yet. */
  readonly providerId: string | null;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly method: string | null;
  readonly checkoutUrl: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

export type TakenOrder =
  | {
      readonly outcome: "CREATED" | "KNOWN";
      readonly id: bigint;
      readonly newPayments: number;
      /** Pieces that could not be held; the order is taken all the same. */
      readonly missing: readonly MissingPieces[];
      /** A webhook came before the order: its payment is due to be asked at once. */
      readonly isHinted: boolean;
    }
  | { readonly outcome: "DIFFERS"; readonly id: bigint; readonly differs: readonly string[] };

class Differs extends Error {
  readonly taken: Extract<TakenOrder, { outcome: "DIFFERS" }>;
  constructor(id: bigint, differs: readonly string[]) {
    super(`order ${id} differs in ${differs.join(", ")}`);
    this.taken = { outcome: "DIFFERS", id, differs };
  }
}

/**
 * Takes an order in with its lines, its customer and its attempts to pay. The same order again adds the attempts that are
 * new and changes nothing else; one of the same reference with other facts is refused as a whole.
 */
export async function takeOrder(
  db: Database,
  order: OrderContent & { readonly payments: readonly NewAttempt[] },
  at: Date,
): Promise<TakenOrder> {
  try {
    return await db.$transaction(async (tx) => await takeInTransaction(tx, order, at));
  } catch (error) {
    if (error instanceof Differs) return error.taken;
    throw error;
  }
}

async function takeInTransaction(
  tx: Transaction,
  order: OrderContent & { readonly payments: readonly NewAttempt[] },
  at: Date,
): Promise<TakenOrder> {
  const created = await insertOrder(tx, order, at);
  const known = created === null ? await lockKnownOrder(tx, order) : null;
  const id = created ?? known!.id;
  if (known !== null && known.differs.length > 0) throw new Differs(id, known.differs);
  const newPayments = await saveAttempts(tx, id, order.payments, at);
  const wanted = order.lines.map(({ sku, quantity }) => ({ sku, pieces: BigInt(quantity) }));
  const missing = created === null ? [] : await reservePieces(tx, id, wanted, at);
  if (created !== null) await endBoughtLeads(tx, [id], at);
  const matched = await applyHints(tx, at);
  await closeProblems(tx, {
    kind: PAYMENT_UNMATCHED,
    subjects: order.payments.map(({ provider, providerId }) => paymentSubject({ provider, providerId, id: "" })),
    reason: "its order is known",
    at,
  });
  return { outcome: created === null ? "KNOWN" : "CREATED", id, newPayments, missing, isHinted: matched > 0 };
}

/** Adds the attempts that are new, and the provider's id to one that had none. Returns how many are new. */
async function saveAttempts(
  tx: Transaction,
  orderId: bigint,
  attempts: readonly NewAttempt[],
  at: Date,
): Promise<number> {
  let added = 0;
  for (const [index, attempt] of attempts.entries()) {
    const { provider, providerId, amountMinor, currency, method, checkoutUrl, createdAt, expiresAt } = attempt;
    const id = attempt.id ?? randomUUID();
    const facts = { status: "OPEN", createdAt, expiresAt, providerId, captureBefore: null, endedAt: null } as const;
    added += await tx.$executeRaw(Prisma.sql`
      INSERT INTO shop_payment (id, order_id, provider, provider_id, method, amount_minor, currency, checkout_url,
        created_at, expires_at, next_check_at)
      VALUES (${id}::uuid, ${orderId}, ${provider}, ${providerId}, ${method}, ${amountMinor}, ${currency}, ${checkoutUrl},
        ${createdAt}, ${expiresAt}, ${planNextCheck(facts, at)})
      ON CONFLICT DO NOTHING`);
    const [row] = await tx.$queryRaw<{ isOurs: boolean }[]>(Prisma.sql`
      UPDATE shop_payment SET provider_id = coalesce(provider_id, ${providerId}),
        next_check_at = CASE WHEN provider_id IS NULL THEN ${planNextCheck(facts, at)} ELSE next_check_at END
      WHERE (${attempt.id}::uuid IS NOT NULL AND id = ${attempt.id}::uuid)
        OR (provider = ${provider} AND provider_id = ${providerId}) OR id = ${id}::uuid
      RETURNING order_id = ${orderId} AND amount_minor = ${amountMinor} AND currency = ${currency}
        AND provider = ${provider} AND (${providerId}::text IS NULL OR provider_id = ${providerId}) AS "isOurs"`);
    if (row?.isOurs !== true) throw new Differs(orderId, [`payments.${index}`]);
  }
  return added;
}
