import type { Database } from "@drumline/db";

/** The clock of `startTaskRun` stands here. */
export const NOON = new Date("2026-11-20T12:00:00Z");

let count = 0;

export interface PutOrder {
  readonly reference?: string;
  readonly name?: string | null;
  readonly shipTo?: Readonly<Record<string, string>>;
  readonly email?: string | null;
}

/** A confirmed order, and its reference. */
export async function putOrder(
  db: Database,
  { reference = `O${(count += 1)}`, name = "Zoë Ğüneş", shipTo, email = "zoe@example.com" }: PutOrder = {},
): Promise<{ readonly id: bigint; readonly reference: string }> {
  const order = await db.shopOrder.create({
    data: {
      reference,
      status: "CONFIRMED",
      paymentState: "PAID",
      name,
      email,
      emailKey: email?.toLowerCase() ?? null,
      shipTo: shipTo ?? { line1: "Straße 1", postalCode: "1011 AB", city: "Łódź", country: "PL" },
      currency: "EUR",
      totalMinor: 1_000n,
      placedAt: NOON,
      confirmedAt: NOON,
      createdAt: NOON,
      updatedAt: NOON,
    },
  });
  return { id: order.id, reference };
}
