import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

import { messageOf } from "@drumline/core/errors";
import { replaceWholeFile } from "@drumline/core/files";

import type { PlayedDispute, PlayedPayment, PlayedRefund } from "./played-payment.ts";

/** The payments of each provider, oldest first. */
export type KeptPayments = Readonly<Record<"mollie" | "stripe", readonly PlayedPayment[]>>;

const NONE: KeptPayments = { mollie: [], stripe: [] };
/** Of each provider, the newest: who is asked about an older one after a restart does not know it. */
const MOST_KEPT = 2_000;

/** A provider that restarts has forgotten nothing. What cannot be read is reported, and begins anew. */
export function loadPayments(file: string, report: (line: string) => void): KeptPayments {
  try {
    const { mollie, stripe } = JSON.parse(readFileSync(file, "utf8")) as Record<keyof KeptPayments, Written[]>;
    return { mollie: mollie.map(read), stripe: stripe.map(read) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      report(`${file} holds no saved payments, so that there are none: ${messageOf(error)}`);
    return NONE;
  }
}

/** A kill in between leaves the earlier file whole. */
export function savePayments(file: string, { mollie, stripe }: KeptPayments): void {
  mkdirSync(dirname(file), { recursive: true });
  const kept = (payments: readonly PlayedPayment[]) => payments.slice(-MOST_KEPT).map(write);
  replaceWholeFile(file, JSON.stringify({ mollie: kept(mollie), stripe: kept(stripe) }));
}

/** JSON knows no bigint, and no map. */
const write = ({ units, sinceMs, refunds, disputes, ...payment }: PlayedPayment) => ({
  ...payment,
  units: String(units),
  sinceMs: [...sinceMs],
  refunds: refunds.map(({ units: each, ...refund }) => ({ ...refund, units: String(each) })),
  disputes: disputes.map(({ units: each, ...dispute }) => ({ ...dispute, units: String(each) })),
});
type Written = ReturnType<typeof write>;

const read = ({ units, sinceMs, refunds, disputes, ...payment }: Written): PlayedPayment => ({
  ...payment,
  units: BigInt(units),
  sinceMs: new Map(sinceMs),
  refunds: refunds.map((refund): PlayedRefund => ({ ...refund, units: BigInt(refund.units) })),
  disputes: disputes.map((dispute): PlayedDispute => ({ ...dispute, units: BigInt(dispute.units) })),
});
