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
  return refunds.map((refund) => {
    const { paidMinor } = balances.get(refund.orderId)!;
    const ofOrder = committed.get(refund.orderId)!;
    const amountMinor = refund.status === "CANCELLED" ? 0n : refund.amountMinor;
    let others = 0n;
    for (const [id, amount] of ofOrder) if (id !== refund.id) others += amount;
    if (others + amountMinor > paidMinor) {
      const refusal = `${amountMinor} with the ${others} of other refunds is more than the ${paidMinor} paid (minor units)`;
      return { refund, amountMinor, refusal };
    }
    const before = ofOrder.get(refund.id) ?? 0n;
    ofOrder.set(refund.id, before > amountMinor ? before : amountMinor);
    return { refund, amountMinor, refusal: null };
  });
}
