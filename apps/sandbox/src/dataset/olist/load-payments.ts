import { readTable } from "./read-table.ts";

export interface Payment {
  readonly paidCents: number;
  /** Of the largest part: an order may be paid by card and several vouchers. */
  readonly type: string;
}

export async function loadPayments(
  folder: string,
  orders: ReadonlyMap<string, unknown>,
): Promise<Map<string, Payment>> {
  const byOrder = new Map<string, Payment & { readonly largestCents: number }>();
  for await (const row of readTable(folder, "order_payments", ["order_id", "payment_type", "payment_value"])) {
    row.reference("order_id", orders, "orders");
    const number = row.id("order_id");
    const cents = row.cents("payment_value");
    const earlier = byOrder.get(number) ?? { paidCents: 0, largestCents: -1, type: "" };
    const isLargest = cents > earlier.largestCents;
    byOrder.set(number, {
      paidCents: earlier.paidCents + cents,
      largestCents: isLargest ? cents : earlier.largestCents,
      type: isLargest ? row.text("payment_type") : earlier.type,
    });
  }
  return byOrder;
}
