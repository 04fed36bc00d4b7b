import { toStorableText } from "@drumline/core/text";

import type { ObservedDispute, ObservedRefund } from "../gateways/payments/port.ts";
import type { AttemptNow, DisputeNow, RefundNow, StoredRefundStatus } from "./payment.ts";
import { planNextRefundCheck } from "./plan-next-check.ts";

export type MoneyBackEffect =
  | { readonly kind: "REFUNDED"; readonly refund: RefundNow }
  | { readonly kind: "REFUND_FAILED"; readonly refund: RefundNow }
  | { readonly kind: "REFUND_CHANGED"; readonly refund: RefundNow }
  | { readonly kind: "DISPUTE_CHANGED"; readonly dispute: DisputeNow };

const WORD_CODE_POINTS = 100;
const REASON_CODE_POINTS = 500;
const ORDER: readonly StoredRefundStatus[] = ["DUE", "UNKNOWN", "QUEUED", "PENDING", "PROCESSING"];
const isFinal = (status: StoredRefundStatus): boolean => !ORDER.includes(status);

/** Refunds as their provider has them: ours go forward, and one that was made elsewhere becomes a row of its own. */
export function planRefunds(attempt: AttemptNow, seen: readonly ObservedRefund[], now: Date) {
  const refunds = [...attempt.refunds];
  const effects: MoneyBackEffect[] = [];
  for (const observed of seen) {
    const at = refunds.findIndex(
      ({ id, providerId }) =>
        providerId === observed.providerId || (providerId === null && id !== null && id === observed.reference),
    );
    const known = refunds[at];
    const next = known === undefined ? toForeignRefund(observed, now) : follow(known, observed, now);
    if (known === undefined) refunds.push(next);
    else refunds[at] = next;
    if (known?.status === next.status) continue;
    effects.push({ kind: toEffect(next.status), refund: next });
  }
  return { refunds, effects };
}

const toEffect = (status: StoredRefundStatus) =>
  status === "REFUNDED" ? "REFUNDED" : status === "FAILED" ? "REFUND_FAILED" : "REFUND_CHANGED";

/** Final words stay, with one exception: the bank may give back what it had taken. */
function follow(known: RefundNow, observed: ObservedRefund, now: Date): RefundNow {
  const named = {
    ...known,
    providerId: observed.providerId,
    rawStatus: toStorableText(observed.rawStatus, WORD_CODE_POINTS),
  };
  const { status } = observed;
  if (status === null) return { ...named, nextCheckAt: isFinal(known.status) ? null : next(known, now) };
  const isForward = isFinal(known.status)
    ? known.status === "REFUNDED" && status === "FAILED"
    : isFinal(status) || ORDER.indexOf(status) >= ORDER.indexOf(known.status);
  const reached = isForward ? status : known.status;
  if (isFinal(reached))
    return { ...named, status: reached, endedAt: isForward ? now : known.endedAt, nextCheckAt: null };
  return { ...named, status: reached, nextCheckAt: next(known, now) };
}

const next = ({ createdAt }: RefundNow, now: Date): Date | null => planNextRefundCheck(createdAt, now);

function toForeignRefund(observed: ObservedRefund, now: Date): RefundNow {
  // A word that nobody knows: it is on its way as far as we can tell, and asked again.
  const status = observed.status ?? "PENDING";
  return {
    id: null,
    providerId: observed.providerId,
    cause: `provider/${toStorableText(observed.providerId, WORD_CODE_POINTS)}`,
    amountMinor: observed.amount.minor,
    currency: observed.amount.currency,
    status,
    rawStatus: toStorableText(observed.rawStatus, WORD_CODE_POINTS),
    createdAt: now,
    endedAt: isFinal(status) ? now : null,
    nextCheckAt: isFinal(status) ? null : planNextRefundCheck(now, now),
  };
}

/** Disputes as their provider has them. A lost one may be won later (the bank reverses it), and the other way round. */
export function planDisputes(attempt: AttemptNow, seen: readonly ObservedDispute[], now: Date) {
  const disputes = [...attempt.disputes];
  const effects: MoneyBackEffect[] = [];
  for (const observed of seen) {
    const at = disputes.findIndex(({ providerId }) => providerId === observed.providerId);
    const known = disputes[at];
    if (known?.status === observed.status) continue;
    const dispute: DisputeNow = {
      id: known?.id ?? null,
      providerId: observed.providerId,
      amountMinor: observed.amount.minor,
      currency: observed.amount.currency,
      status: observed.status,
      reason: observed.reason === null ? null : toStorableText(observed.reason, REASON_CODE_POINTS),
      openedAt: observed.openedAt,
      endedAt: observed.status === "OPEN" ? null : now,
    };
    if (known === undefined) disputes.push(dispute);
    else disputes[at] = dispute;
    effects.push({ kind: "DISPUTE_CHANGED", dispute });
  }
  return { disputes, effects };
}
