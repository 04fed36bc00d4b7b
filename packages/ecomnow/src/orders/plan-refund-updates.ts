/** A refund whose newest version the channel has not been told. */
export interface ChangedRefund {
  readonly id: bigint;
  readonly number: string;
  readonly orderId: bigint;
  readonly version: number;
  readonly status: "OPEN" | "CLOSED" | "CANCELLED";
  readonly amountMinor: bigint;
}

/** What was paid for an order, and what of it its other refunds have or may still get. */
export interface OrderBalance {
  readonly orderId: bigint;
  readonly paidMinor: bigint;
  /** By refund: what the channel accepted, or is being asked for, whichever is more. */
  readonly committedMinor: ReadonlyMap<bigint, bigint>;
}

export interface PlannedUpdate {
  readonly refund: ChangedRefund;
  /** What the channel is asked to pay back in all for this refund: 0 once it is cancelled. */
  readonly amountMinor: bigint;
  /** Why it is never sent; null when it is. */
  readonly refusal: string | null;
}

/** Decides what is sent, one refund after the other: together they never get more than was paid. */
export function planRefundUpdates(
  refunds: readonly ChangedRefund[],
  balances: ReadonlyMap<bigint, OrderBalance>,
): PlannedUpdate[] {
  const committed = new Map([...balances].map(([id, { committedMinor }]) => [id, new Map(committedMinor)]));
  // By order, so that a refund among a hundred thousand of one order is planned without a look at the others.
  const totals = new Map([...committed].map(([id, ofOrder]) => [id, sumOf(ofOrder.values())]));
  return refunds.map((refund) => {
    const { paidMinor } = balances.get(refund.orderId)!;
    const ofOrder = committed.get(refund.orderId)!;
    const amountMinor = refund.status === "CANCELLED" ? 0n : refund.amountMinor;
    const before = ofOrder.get(refund.id) ?? 0n;
    const others = totals.get(refund.orderId)! - before;
    if (others + amountMinor > paidMinor) {
      const refusal = `${amountMinor} with the ${others} of other refunds is more than the ${paidMinor} paid (minor units)`;
      return { refund, amountMinor, refusal };
    }
    const most = before > amountMinor ? before : amountMinor;
    ofOrder.set(refund.id, most);
    totals.set(refund.orderId, others + most);
    return { refund, amountMinor, refusal: null };
  });
}

function sumOf(amounts: Iterable<bigint>): bigint {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
}
