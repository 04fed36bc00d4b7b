import { randomBytes } from "node:crypto";

import { MINUTE_MS, SECOND_MS } from "@drumline/core/clock";

import {
  canBecome,
  isOver,
  type Mode,
  type NewPlayedPayment,
  type PlayedDispute,
  type PlayedDisputeStatus,
  type PlayedPayment,
  type PlayedRefund,
  type PlayedRefundStatus,
  type PlayedStatus,
} from "./played-payment.ts";

/** Something that a provider calls back about. */
export type Change =
  | { readonly kind: "payment"; readonly payment: PlayedPayment; readonly atMs: number }
  | { readonly kind: "refund"; readonly payment: PlayedPayment; readonly refund: PlayedRefund; readonly atMs: number }
  | {
      readonly kind: "dispute";
      readonly payment: PlayedPayment;
      readonly dispute: PlayedDispute;
      readonly atMs: number;
    };

export interface ProviderRules {
  readonly paymentPrefix: string;
  readonly refundPrefix: string;
  readonly disputePrefix: string;
  /** How long a payment may stay unfinished; null: for ever. */
  readonly lifeMsOf: (method: string | null) => number | null;
}

/** The payments of one provider, in memory: what may become of them, and what they become as time goes by. */
export interface PlayedProvider {
  create(wanted: NewPlayedPayment, nowMs: number): PlayedPayment;
  /** Live and test are worlds apart. */
  find(id: string, mode: Mode | null): PlayedPayment | null;
  /** Newest first. */
  list(mode: Mode | null): readonly PlayedPayment[];
  /** False, and nothing done, where the payment cannot become that, unless it is forced. */
  become(payment: PlayedPayment, status: PlayedStatus, nowMs: number, isForced?: boolean): boolean;
  refund(
    payment: PlayedPayment,
    wanted: Pick<PlayedRefund, "units" | "description" | "metadata">,
    nowMs: number,
  ): PlayedRefund;
  setRefund(payment: PlayedPayment, refund: PlayedRefund, status: PlayedRefundStatus, nowMs: number): void;
  dispute(payment: PlayedPayment, wanted: Pick<PlayedDispute, "units" | "reason">, nowMs: number): PlayedDispute;
  setDispute(payment: PlayedPayment, dispute: PlayedDispute, status: PlayedDisputeStatus, nowMs: number): void;
  /** Those of an earlier life, oldest first. */
  restore(payments: readonly PlayedPayment[]): void;
  /** What happens by itself: payments expire, refunds move on. */
  advance(nowMs: number): void;
}

const MOST_PAYMENTS = 100_000;
/** Days at a real provider; a demonstration does not wait for them. */
const REFUND_PROCESSING_AFTER_MS = 30 * SECOND_MS;
const REFUNDED_AFTER_MS = 2 * MINUTE_MS;

const newId = (prefix: string): string => {
  const letters = randomBytes(24)
    .toString("base64")
    .replaceAll(/[^A-Za-z0-9]/g, "");
  return `${prefix}${letters.slice(0, 14)}`;
};

export function createPlayedProvider(rules: ProviderRules, tell: (change: Change) => void): PlayedProvider {
  const payments = new Map<string, PlayedPayment>();
  /** Those that time alone can change. */
  const unfinished = new Set<PlayedPayment>();
  const refunding = new Map<PlayedRefund, PlayedPayment>();
  /** Nothing happens by itself before this. */
  let nextMs = Infinity;

  function become(payment: PlayedPayment, status: PlayedStatus, nowMs: number, isForced = false): boolean {
    if (!isForced && !canBecome(payment, status)) return false;
    if (payment.status === status) return true;
    payment.status = status;
    payment.unheardWord = null;
    payment.sinceMs.set(status, nowMs);
    if (status === "pending") payment.expiresMs = lifeEnd(payment, nowMs);
    nextMs = -Infinity;
    if (isOver(payment)) unfinished.delete(payment);
    else unfinished.add(payment);
    tell({ kind: "payment", payment, atMs: nowMs });
    return true;
  }

  function lifeEnd({ method }: Pick<PlayedPayment, "method">, nowMs: number): number | null {
    const lifeMs = rules.lifeMsOf(method);
    return lifeMs === null ? null : nowMs + lifeMs;
  }

  function setRefund(payment: PlayedPayment, refund: PlayedRefund, status: PlayedRefundStatus, nowMs: number): void {
    if (refund.status === status) return;
    refund.status = status;
    nextMs = -Infinity;
    if (status === "pending" || status === "processing") refunding.set(refund, payment);
    else refunding.delete(refund);
    tell({ kind: "refund", payment, refund, atMs: nowMs });
  }

  return {
    create(wanted, nowMs) {
      const payment: PlayedPayment = {
        ...wanted,
        id: newId(rules.paymentPrefix),
        createdMs: nowMs,
        status: "open",
        sinceMs: new Map([["open", nowMs]]),
        expiresMs: lifeEnd(wanted, nowMs),
        failureReason: null,
        unheardWord: null,
        refunds: [],
        disputes: [],
      };
      payments.set(payment.id, payment);
      unfinished.add(payment);
      nextMs = Math.min(nextMs, payment.expiresMs ?? Infinity);
      if (payments.size > MOST_PAYMENTS) {
        const [id, oldest] = payments.entries().next().value!;
        payments.delete(id);
        unfinished.delete(oldest);
      }
      return payment;
    },
    find(id, mode) {
      const payment = payments.get(id);
      return payment === undefined || (mode !== null && payment.mode !== mode) ? null : payment;
    },
    list: (mode) => [...payments.values()].filter((payment) => mode === null || payment.mode === mode).toReversed(),
    become,
    refund(payment, wanted, nowMs) {
      const refund: PlayedRefund = { ...wanted, id: newId(rules.refundPrefix), createdMs: nowMs, status: "pending" };
      payment.refunds.push(refund);
      refunding.set(refund, payment);
      nextMs = Math.min(nextMs, nowMs + REFUND_PROCESSING_AFTER_MS);
      return refund;
    },
    setRefund,
    dispute(payment, wanted, nowMs) {
      const dispute: PlayedDispute = {
        ...wanted,
        id: newId(rules.disputePrefix),
        createdMs: nowMs,
        status: "received",
        endedMs: null,
      };
      payment.disputes.push(dispute);
      tell({ kind: "dispute", payment, dispute, atMs: nowMs });
      return dispute;
    },
    setDispute(payment, dispute, status, nowMs) {
      if (dispute.status === status) return;
      dispute.status = status;
      dispute.endedMs = status === "received" ? null : nowMs;
      tell({ kind: "dispute", payment, dispute, atMs: nowMs });
    },
    restore(known) {
      for (const payment of known) {
        payments.set(payment.id, payment);
        if (!isOver(payment)) unfinished.add(payment);
        for (const refund of payment.refunds)
          if (refund.status === "pending" || refund.status === "processing") refunding.set(refund, payment);
      }
      nextMs = -Infinity;
    },
    advance(nowMs) {
      if (nowMs < nextMs) return;
      for (const payment of unfinished)
        if (payment.expiresMs !== null && payment.expiresMs <= nowMs && payment.status !== "authorized")
          become(payment, "expired", nowMs);
      for (const [refund, payment] of refunding) {
        if (nowMs >= refund.createdMs + REFUND_PROCESSING_AFTER_MS && refund.status === "pending")
          setRefund(payment, refund, "processing", nowMs);
        if (nowMs >= refund.createdMs + REFUNDED_AFTER_MS && refund.status === "processing")
          setRefund(payment, refund, "refunded", nowMs);
      }
      nextMs = Infinity;
      for (const { expiresMs, status } of unfinished)
        if (expiresMs !== null && status !== "authorized") nextMs = Math.min(nextMs, expiresMs);
      for (const { createdMs, status } of refunding.keys())
        nextMs = Math.min(nextMs, createdMs + (status === "pending" ? REFUND_PROCESSING_AFTER_MS : REFUNDED_AFTER_MS));
    },
  };
}
