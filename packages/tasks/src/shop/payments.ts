import { HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const checkPaymentStatus = defineTask({
  name: "shop.payments.tasks.check_payment_status",
  queue: "shop",
  summary: "Asks the payment provider what became of open payments, and follows: confirms, holds, cancels, refunds.",
  args: z.strictObject({}),
  entry: { key: "check-payment-status", envKey: "CHECK_PAYMENT_STATUS", trigger: { everySeconds: 60 } },
  timeoutMs: 10 * MINUTE_MS,
  built: true,
});

export const reconcilePayments = defineTask({
  name: "shop.payments.tasks.reconcile_payments",
  queue: "shop",
  summary: "Compares the provider's list of the last 48 hours with ours, and reports what only one of them has.",
  args: z.strictObject({}),
  entry: { key: "reconcile-payments", envKey: "RECONCILE_PAYMENTS", trigger: { crontab: "30,3,*,*,*" } },
  timeoutMs: HOUR_MS,
  policies: { graceMs: HOUR_MS },
  built: true,
});
