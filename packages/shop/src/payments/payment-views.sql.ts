import { type Database, Prisma } from "@drumline/db";

import type { ObservedDispute } from "../gateways/payments/port.ts";
import type { AttemptNow, StoredRefundStatus } from "./payment.ts";
import type { Source } from "./apply-provider-state.ts";

/** A payment as it is listed. */
export interface PaymentRow extends Omit<AttemptNow, "refunds" | "disputes"> {
  readonly orderReference: string;
  readonly checks: number;
  readonly failedChecks: number;
}

export interface PaymentFilter {
  readonly provider?: string | undefined;
  readonly providerId?: string | undefined;
  readonly status?: AttemptNow["status"] | undefined;
  readonly orderId?: bigint | undefined;
}

export interface PagePosition {
  readonly createdAt: Date;
  readonly id: string;
}

/** Newest first, those after `position`. */
export async function loadPayments(
  db: Database,
  { provider, providerId, status, orderId }: PaymentFilter,
  position: PagePosition | null,
  limit: number,
): Promise<PaymentRow[]> {
  return await db.$queryRaw<PaymentRow[]>(Prisma.sql`
    SELECT ${PAYMENT_COLUMNS} ${FROM_PAYMENT}
    WHERE ${allOf([
      is(provider, (value) => Prisma.sql`payment.provider = ${value}`),
      is(providerId, (value) => Prisma.sql`payment.provider_id = ${value}`),
      is(status, (value) => Prisma.sql`payment.status = ${value}::shop_payment_status`),
      is(orderId, (value) => Prisma.sql`payment.order_id = ${value}`),
      isAfter("payment", position),
    ])}
    ORDER BY payment.created_at DESC, payment.id DESC LIMIT ${limit}`);
}

export interface ObservationRow {
  readonly at: Date;
  readonly source: Source;
  readonly rawStatus: string;
  readonly fromStatus: AttemptNow["status"];
  readonly toStatus: AttemptNow["status"];
  readonly effect: string;
}

export interface DisputeRow extends Pick<ObservedDispute, "providerId" | "status" | "reason" | "openedAt"> {
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly endedAt: Date | null;
}

/** A payment with everything that was ever seen of it. */
export interface PaymentHistory extends PaymentRow {
  readonly history: readonly ObservationRow[];
  readonly refunds: readonly RefundRow[];
  readonly disputes: readonly DisputeRow[];
}

const MOST_OBSERVATIONS = 1_000;

export async function loadPayment(db: Database, id: string): Promise<PaymentHistory | null> {
  const [payment] = await db.$queryRaw<PaymentRow[]>(Prisma.sql`
    SELECT ${PAYMENT_COLUMNS} ${FROM_PAYMENT} WHERE payment.id = ${id}::uuid`);
  if (payment === undefined) return null;
  const history = await db.$queryRaw<ObservationRow[]>(Prisma.sql`
    SELECT at, source, raw_status AS "rawStatus", from_status::text AS "fromStatus", to_status::text AS "toStatus", effect
    FROM shop_payment_observation WHERE payment_id = ${id}::uuid ORDER BY id LIMIT ${MOST_OBSERVATIONS}`);
  const disputes = await db.$queryRaw<DisputeRow[]>(Prisma.sql`
    SELECT provider_id AS "providerId", amount_minor AS "amountMinor", currency, status::text, reason,
      opened_at AS "openedAt", ended_at AS "endedAt"
    FROM shop_dispute WHERE payment_id = ${id}::uuid ORDER BY opened_at, id`);
  return { ...payment, history, disputes, refunds: await loadRefunds(db, { paymentId: id }, null, MOST_OBSERVATIONS) };
}

export interface RefundRow {
  readonly id: string;
  readonly paymentId: string;
  readonly orderReference: string;
  readonly cause: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly status: StoredRefundStatus;
  readonly rawStatus: string | null;
  readonly providerId: string | null;
  readonly attempts: number;
  readonly error: string | null;
  readonly requestedBy: string;
  readonly note: string | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly endedAt: Date | null;
}

export interface RefundFilter {
  readonly status?: StoredRefundStatus | undefined;
  readonly paymentId?: string | undefined;
}

/** Newest first, those after `position`. */
export async function loadRefunds(
  db: Database,
  { status, paymentId }: RefundFilter,
  position: PagePosition | null,
  limit: number,
): Promise<RefundRow[]> {
  return await db.$queryRaw<RefundRow[]>(Prisma.sql`
    SELECT refund.id, refund.payment_id AS "paymentId", shop_order.reference AS "orderReference", refund.cause,
      refund.amount_minor AS "amountMinor", refund.currency, refund.status::text, refund.raw_status AS "rawStatus",
      refund.provider_id AS "providerId", refund.attempts, refund.error, refund.requested_by AS "requestedBy", refund.note,
      refund.created_at AS "createdAt", refund.sent_at AS "sentAt", refund.ended_at AS "endedAt"
    FROM shop_refund refund JOIN shop_payment payment ON payment.id = refund.payment_id
    JOIN shop_order ON shop_order.id = payment.order_id
    WHERE ${allOf([
      is(status, (value) => Prisma.sql`refund.status = ${value}::shop_refund_status`),
      is(paymentId, (value) => Prisma.sql`refund.payment_id = ${value}::uuid`),
      isAfter("refund", position),
    ])}
    ORDER BY refund.created_at DESC, refund.id DESC LIMIT ${limit}`);
}

const PAYMENT_COLUMNS = Prisma.sql`
  payment.id, payment.order_id AS "orderId", shop_order.reference AS "orderReference", payment.provider,
  payment.provider_id AS "providerId", payment.mode, payment.method, payment.status::text, payment.raw_status AS "rawStatus",
  payment.amount_minor AS "amountMinor", payment.currency, payment.paid_minor AS "paidMinor",
  payment.paid_currency AS "paidCurrency", payment.refunded_minor AS "refundedMinor",
  payment.is_cancelable AS "isCancelable", payment.failure_reason AS "failureReason", payment.checkout_url AS "checkoutUrl",
  payment.created_at AS "createdAt", payment.expires_at AS "expiresAt", payment.capture_before AS "captureBefore",
  payment.ended_at AS "endedAt", payment.next_check_at AS "nextCheckAt", payment.last_check_error AS "lastCheckError",
  payment.checks, payment.failed_checks AS "failedChecks"`;
const FROM_PAYMENT = Prisma.sql`FROM shop_payment payment JOIN shop_order ON shop_order.id = payment.order_id`;

const is = <Value>(value: Value | undefined, condition: (value: Value) => Prisma.Sql): Prisma.Sql | null =>
  value === undefined ? null : condition(value);

const isAfter = (table: "payment" | "refund", position: PagePosition | null): Prisma.Sql | null =>
  position === null
    ? null
    : Prisma.sql`(${Prisma.raw(table)}.created_at, ${Prisma.raw(table)}.id) < (${position.createdAt}, ${position.id}::uuid)`;

function allOf(conditions: readonly (Prisma.Sql | null)[]): Prisma.Sql {
  const given = conditions.filter((condition) => condition !== null);
  return given.length === 0 ? Prisma.sql`true` : Prisma.join(given, " AND ");
}
