import type { Database } from "@drumline/db";

import { createShopOrder } from "./create-shop-order.ts";

/** The clock of `startTaskRun` stands here. */
export const NOON = new Date("2026-11-20T12:00:00Z");

let count = 0;

export interface ConfirmedOrder {
  readonly reference?: string;
  readonly name?: string | null;
  readonly shipTo?: Readonly<Record<string, string>>;
  readonly email?: string | null;
}

/** A confirmed order, and its reference. */
export async function putConfirmedOrder(
  db: Database,
  { reference = `O${(count += 1)}`, name = "Zoë Ğüneş", shipTo, email = "zoe@example.com" }: ConfirmedOrder = {},
): Promise<{ readonly id: bigint; readonly reference: string }> {
  const order = await createShopOrder(db, {
    at: NOON,
    reference,
    status: "CONFIRMED",
    paymentState: "PAID",
    name,
    email,
    shipTo: shipTo ?? { line1: "Straße 1", postalCode: "1011 AB", city: "Łódź", country: "PL" },
    confirmedAt: NOON,
  });
  return { id: order.id, reference };
}
