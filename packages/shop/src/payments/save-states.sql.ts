import { randomUUID } from "node:crypto";

import { saveTransitions } from "@drumline/audit/state-log";
import type { JsonObject } from "@drumline/core/task";
import { Prisma, type Transaction } from "@drumline/db";

import type { OrderNow } from "../orders/order.ts";
import type { AttemptNow } from "./payment.ts";

/** An order before and after. */
export interface OrderChange {
  readonly before: OrderNow;
  readonly after: OrderNow;
  readonly command: string;
  readonly actor: string;
}

/** Under the orders' locks; what is as it was is not written. */
export async function saveOrderChanges(tx: Transaction, changes: readonly OrderChange[], at: Date): Promise<void> {
  const changed = changes.filter(
    ({ before, after }) =>
      before.status !== after.status ||
      before.paymentState !== after.paymentState ||
      before.heldReason !== after.heldReason,
  );
  if (changed.length === 0) return;
  const rows = changed.map(({ before, after }) => ({
    id: String(after.id),
    old_status: before.status,
    status: after.status,
    payment_state: after.paymentState,
    held_reason: after.heldReason,
  }));
  await tx.$executeRaw(Prisma.sql`
    UPDATE shop_order SET status = change.status, payment_state = change.payment_state, held_reason = change.held_reason,
      confirmed_at = CASE WHEN change.status = 'CONFIRMED' THEN coalesce(confirmed_at, ${at}) ELSE confirmed_at END,
      cancelled_at = CASE WHEN change.status = 'CANCELLED' THEN coalesce(cancelled_at, ${at}) ELSE cancelled_at END,
      version = version + 1, updated_at = ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS change(id bigint, old_status shop_order_status,
      status shop_order_status, payment_state shop_payment_state, held_reason text)
    WHERE shop_order.id = change.id AND shop_order.status = change.old_status`);
  await saveTransitions(
    tx,
    changed.flatMap(({ before, after, command, actor }) => [
      ...(before.status === after.status
        ? []
        : [transition("shop_order", after.id, before.status, after.status, { command, actor, at })]),
      ...(before.paymentState === after.paymentState
        ? []
        : [
            transition("shop_order_payment", after.id, before.paymentState, after.paymentState, { command, actor, at }),
          ]),
    ]),
  );
}

const transition = (
  entityType: "shop_order" | "shop_order_payment",
  entityId: bigint,
  oldState: string,
  newState: string,
  by: { command: string; actor: string; at: Date },
) => ({ entityType, entityId, oldState, newState, ...by });

/**
 * Under the orders' locks. Ends the claims of `runId`. An attempt that somebody wants asked since it was claimed stays due:
 * the answer written here may be older than what they know.
 */
export async function saveAttempts(
  tx: Transaction,
  attempts: readonly AttemptNow[],
  runId: string | null,
): Promise<void> {
  if (attempts.length === 0) return;
  const rows = attempts.map((attempt) => ({
    id: attempt.id,
    provider_id: attempt.providerId,
    mode: attempt.mode,
    method: attempt.method,
    status: attempt.status,
    raw_status: attempt.rawStatus,
    paid_minor: attempt.paidMinor === null ? null : String(attempt.paidMinor),
    paid_currency: attempt.paidCurrency,
    refunded_minor: String(attempt.refundedMinor),
    is_cancelable: attempt.isCancelable,
    failure_reason: attempt.failureReason,
    checkout_url: attempt.checkoutUrl,
    expires_at: attempt.expiresAt,
    capture_before: attempt.captureBefore,
    ended_at: attempt.endedAt,
    next_check_at: attempt.nextCheckAt,
    last_check_error: attempt.lastCheckError,
  }));
  await tx.$executeRaw(Prisma.sql`
    UPDATE shop_payment payment SET provider_id = seen.provider_id, mode = seen.mode, method = seen.method,
      status = seen.status, raw_status = seen.raw_status, paid_minor = seen.paid_minor, paid_currency = seen.paid_currency, refunded_minor = seen.refunded_minor,
      is_cancelable = seen.is_cancelable, failure_reason = seen.failure_reason, checkout_url = seen.checkout_url,
      expires_at = seen.expires_at, capture_before = seen.capture_before, ended_at = seen.ended_at,
      last_check_error = seen.last_check_error, failed_checks = 0,
      next_check_at = CASE WHEN payment.ask_source IS NULL THEN seen.next_check_at ELSE payment.next_check_at END,
      claimed_until = CASE WHEN payment.claimed_by = ${runId}::uuid THEN NULL ELSE payment.claimed_until END,
      claimed_by = CASE WHEN payment.claimed_by = ${runId}::uuid THEN NULL ELSE payment.claimed_by END
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS seen(id uuid, provider_id text, mode text, method text,
      status shop_payment_status, raw_status text, paid_minor bigint, paid_currency text, refunded_minor bigint, is_cancelable boolean, failure_reason text,
      checkout_url text, expires_at timestamptz, capture_before timestamptz, ended_at timestamptz,
      next_check_at timestamptz, last_check_error text)
    WHERE payment.id = seen.id`);
}

export interface NewObservation {
  readonly paymentId: string;
  readonly source: string;
  readonly rawStatus: string;
  readonly fromStatus: string;
  readonly toStatus: string;
  /** What followed, in words of the rule: CONFIRM, HOLD REFUND, NONE. */
  readonly effect: string;
  readonly detail: JsonObject;
}

export async function saveObservations(
  tx: Transaction,
  observations: readonly NewObservation[],
  at: Date,
): Promise<void> {
  if (observations.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO shop_payment_observation (payment_id, at, source, raw_status, from_status, to_status, effect, detail)
    SELECT "paymentId", ${at}, source, "rawStatus", "fromStatus", "toStatus", effect, detail
    FROM jsonb_to_recordset(${JSON.stringify(observations)}::jsonb) AS seen("paymentId" uuid, source text, "rawStatus" text,
      "fromStatus" shop_payment_status, "toStatus" shop_payment_status, effect text, detail jsonb)`);
}

/** Who wants a refund, and why; of those that a plan makes, the rule itself. */
export interface RefundOrigin {
  readonly requestedBy: string;
  readonly note?: string | null;
}

/**
 * New refunds with the key they will always be sent under, and what became of those that are on record. One per payment and
 * cause: a second one for the same cause changes nothing.
 */
export async function saveRefunds(
  tx: Transaction,
  attempts: readonly Pick<AttemptNow, "id" | "refunds">[],
  { requestedBy, note = null }: RefundOrigin,
): Promise<void> {
  const rows = attempts.flatMap(({ id: paymentId, refunds }) =>
    refunds.map((refund) => ({
      id: refund.id ?? randomUUID(),
      payment_id: paymentId,
      cause: refund.cause,
      amount_minor: String(refund.amountMinor),
      currency: refund.currency,
      status: refund.status,
      raw_status: refund.rawStatus,
      provider_id: refund.providerId,
      idempotency_key: randomUUID(),
      requested_by: refund.cause.startsWith("provider/") ? "provider" : requestedBy,
      created_at: refund.createdAt,
      ended_at: refund.endedAt,
      next_check_at: refund.nextCheckAt,
    })),
  );
  if (rows.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO shop_refund AS known (id, payment_id, cause, amount_minor, currency, status, raw_status, provider_id,
      idempotency_key, requested_by, note, created_at, ended_at, next_check_at)
    SELECT id, payment_id, cause, amount_minor, currency, status, raw_status, provider_id, idempotency_key, requested_by,
      ${note}, created_at, ended_at, next_check_at
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS refund(id uuid, payment_id uuid, cause text,
      amount_minor bigint, currency text, status shop_refund_status, raw_status text, provider_id text,
      idempotency_key uuid, requested_by text, created_at timestamptz, ended_at timestamptz, next_check_at timestamptz)
    ORDER BY id
    ON CONFLICT (payment_id, cause) DO UPDATE SET status = excluded.status, raw_status = excluded.raw_status,
      provider_id = excluded.provider_id, ended_at = excluded.ended_at, next_check_at = excluded.next_check_at,
      error = NULL, claimed_by = NULL, claimed_until = NULL
      WHERE known.id = excluded.id AND (known.status, known.provider_id, known.next_check_at, known.raw_status)
        IS DISTINCT FROM (excluded.status, excluded.provider_id, excluded.next_check_at, excluded.raw_status)`);
}

export async function saveDisputes(tx: Transaction, attempts: readonly AttemptNow[]): Promise<void> {
  const rows = attempts.flatMap(({ id: paymentId, provider, disputes }) =>
    disputes.map(({ id, amountMinor, ...dispute }) => ({
      ...dispute,
      id: id ?? randomUUID(),
      paymentId,
      provider,
      amountMinor: String(amountMinor),
    })),
  );
  if (rows.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO shop_dispute (id, payment_id, provider, provider_id, amount_minor, currency, status, reason, opened_at, ended_at)
    SELECT id, "paymentId", provider, "providerId", "amountMinor", currency, status, reason, "openedAt", "endedAt"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS dispute(id uuid, "paymentId" uuid, provider text,
      "providerId" text, "amountMinor" bigint, currency text, status shop_dispute_status, reason text,
      "openedAt" timestamptz, "endedAt" timestamptz)
    ORDER BY id
    ON CONFLICT (provider, provider_id) DO UPDATE SET status = excluded.status, reason = excluded.reason,
      ended_at = excluded.ended_at`);
}
