import { saveEvents } from "@drumline/events/outbox";
import { type Database, Prisma, type Transaction } from "@drumline/db";
import { closeProblems } from "@drumline/problems";

import { tellCancelled, tellConfirmed, toOrderEvent } from "../orders/tell-of-orders.ts";
import { toRefund } from "./find-contradiction.ts";
import { loadOrderIds, lockOrders } from "./locked-orders.sql.ts";
import { keptMinor, type RefundNow } from "./payment.ts";
import { PAYMENT_HELD } from "./payment-problem-kinds.ts";
import { orderSubject } from "./payment-problems.ts";
import { planResolution, type Resolution } from "./plan-resolution.ts";
import { saveOrderChanges, saveRefunds } from "./save-states.sql.ts";

/** Who says so, and why. */
export interface Word {
  readonly by: string;
  readonly note: string;
  readonly at: Date;
}

export type Outcome =
  | { readonly outcome: "DONE" | "NOT_FOUND" }
  | { readonly outcome: "CHANGED"; readonly version: number }
  | { readonly outcome: "REFUSED"; readonly reason: string };

/** Ends what holds an order, as a person says; guarded by the version that was looked at, where one is given. */
export async function resolveHeld(
  db: Database,
  {
    orderId,
    version,
    by,
    note,
    at,
    ...resolution
  }: Resolution & Word & { orderId: bigint; version?: number | undefined },
): Promise<Outcome> {
  return await db.$transaction(async (tx) => {
    const locked = (await lockOrders(tx, [orderId])).get(orderId);
    if (locked === undefined) return { outcome: "NOT_FOUND" };
    const { order, attempts } = locked;
    if (version !== undefined && version !== order.version) return { outcome: "CHANGED", version: order.version };
    const plan = planResolution(order, attempts, resolution, at);
    if (plan.refusal !== null) return { outcome: "REFUSED", reason: plan.refusal };
    const refunds = [...plan.refunds].map(([id, refund]) => ({ id, refunds: [refund] }));
    await saveRefunds(tx, refunds, { requestedBy: by, note });
    const change = { before: order, after: plan.order, command: `RESOLVE_HELD_${resolution.decision}`, actor: by };
    await saveOrderChanges(tx, [change], at);
    if (plan.isConfirmed) await tellConfirmed(tx, [plan.order], at);
    if (plan.isCancelled) await tellCancelled(tx, [change], at);
    await saveEvents(
      tx,
      [...plan.refunds].map(([paymentId, refund]) => toRefundDue(plan.order, paymentId, refund, at)),
    );
    await closeProblems(tx, {
      kind: PAYMENT_HELD,
      subjects: [orderSubject(order)],
      reason: `${by}: ${resolution.decision}, ${note}`,
      at,
    });
    return { outcome: "DONE" };
  });
}

const toRefundDue = (order: Parameters<typeof toOrderEvent>[1], paymentId: string, refund: RefundNow, at: Date) =>
  toOrderEvent("shop.refund.due", order, at, {
    paymentId,
    cause: refund.cause,
    amountMinor: String(refund.amountMinor),
    currency: refund.currency,
  });

/** A refund that a person or a return asks for: one per payment and cause, so that asking twice is one refund. */
export async function requestRefund(
  db: Database,
  {
    paymentId,
    cause,
    amountMinor,
    by,
    note,
    at,
  }: Word & { paymentId: string; cause: string; amountMinor: bigint | null },
): Promise<Outcome & { readonly refundId?: string }> {
  return await db.$transaction(async (tx) => {
    const orderId = (await loadOrderIds(tx, [paymentId])).get(paymentId);
    const locked = orderId === undefined ? undefined : (await lockOrders(tx, [orderId])).get(orderId);
    const attempt = locked?.attempts.find(({ id }) => id === paymentId);
    if (locked === undefined || attempt === undefined) return { outcome: "NOT_FOUND" };
    const known = attempt.refunds.find((refund) => refund.cause === cause);
    if (known !== undefined) {
      if (known.id !== null && (amountMinor === null || amountMinor === known.amountMinor))
        return { outcome: "DONE", refundId: known.id };
      return {
        outcome: "REFUSED",
        reason: `${known.amountMinor} were asked back for "${cause}" already (minor units); name another cause`,
      };
    }
    const left = attempt.status === "PAID" ? keptMinor(attempt) : 0n;
    const wanted = amountMinor ?? left;
    if (wanted <= 0n || wanted > left)
      return {
        outcome: "REFUSED",
        reason: `the payment is ${attempt.status} and ${left} of it can go back, not ${wanted} (minor units)`,
      };
    const refund = toRefund(attempt, cause, at, wanted);
    await saveRefunds(tx, [{ id: paymentId, refunds: [refund] }], { requestedBy: by, note });
    await saveEvents(tx, [toRefundDue(locked.order, paymentId, refund, at)]);
    return { outcome: "DONE", refundId: await findRefund(tx, paymentId, cause) };
  });
}

async function findRefund(tx: Transaction, paymentId: string, cause: string): Promise<string> {
  const [row] = await tx.$queryRaw<[{ id: string }]>(Prisma.sql`
    SELECT id FROM shop_refund WHERE payment_id = ${paymentId}::uuid AND cause = ${cause}`);
  return row.id;
}

/** Makes a payment due at once; false where there is none that can be asked for. */
export async function askPaymentNow(
  db: Database,
  { paymentId, source, at }: { paymentId: string; source: "RETURN" | "MANUAL"; at: Date },
): Promise<boolean> {
  const changed = await db.$executeRaw(Prisma.sql`
    UPDATE shop_payment SET next_check_at = ${at}, ask_source = ${source}
    WHERE id = ${paymentId}::uuid AND provider_id IS NOT NULL`);
  return changed > 0;
}
