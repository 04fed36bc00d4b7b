import type { JsonObject } from "@drumline/core/task";
import { toStorableJson } from "@drumline/core/text";
import { z } from "zod";

import {
  type ObservedDispute,
  type ObservedPayment,
  type ObservedRefund,
  PAYMENT_STATUSES,
  REFUND_STATUSES,
} from "../gateways/payments/port.ts";

const amount = z.object({ minor: z.coerce.bigint(), currency: z.string() });
const refund = z.object({
  providerId: z.string(),
  reference: z.string().nullable(),
  status: z.enum(REFUND_STATUSES).nullable(),
  rawStatus: z.string(),
  amount,
});
const dispute = z.object({
  providerId: z.string(),
  status: z.enum(["OPEN", "WON", "LOST"]),
  amount,
  reason: z.string().nullable(),
  openedAt: z.coerce.date(),
});
const instant = z.coerce.date().nullable();
const observedSchema = z.object({
  providerId: z.string(),
  reference: z.string().nullable(),
  status: z.enum(PAYMENT_STATUSES).nullable(),
  rawStatus: z.string(),
  mode: z.string().nullable(),
  method: z.string().nullable(),
  amount,
  isCancelable: z.boolean(),
  failureReason: z.string().nullable(),
  checkoutUrl: z.string().nullable(),
  createdAt: instant,
  expiresAt: instant,
  captureBefore: instant,
  refunds: z.array(refund).nullable(),
  disputes: z.array(dispute).nullable(),
});

/** Refunds and disputes that signed webhooks told of one payment, in the order in which they came. */
export interface MoneyBack {
  readonly refunds: readonly ObservedRefund[];
  readonly disputes: readonly ObservedDispute[];
}
const moneyBackSchema = z.object({ refunds: z.array(refund), disputes: z.array(dispute) });

/** What a webhook said, for a column; text that cannot be stored is marked. */
export const toObservedJson = (observed: ObservedPayment | MoneyBack): JsonObject =>
  toStorableJson(
    JSON.parse(JSON.stringify(observed, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))),
  ) as JsonObject;

/** @throws where it is none that `toObservedJson` wrote */
export const parseObservedJson = (stored: unknown): ObservedPayment => observedSchema.parse(stored);

/** @throws as `parseObservedJson` */
export const parseMoneyBackJson = (stored: unknown): MoneyBack => moneyBackSchema.parse(stored);
