import type { VirtualClock } from "../clock/index.ts";
import type { OrderBook } from "../world/index.ts";

export interface SandboxState {
  readonly virtualNow: string;
  /** Virtual days per real second. */
  readonly speed: number;
  readonly ordersVisible: number;
  /** Null: they never end. */
  readonly ordersTotal: number | null;
  /** Every order there will ever be can be seen. */
  readonly finished: boolean;
}

export function toSandboxState(clock: VirtualClock, orders: OrderBook): SandboxState {
  const nowMs = clock.nowMs();
  const ordersVisible = orders.countUntil(nowMs);
  return {
    virtualNow: new Date(nowMs).toISOString(),
    speed: clock.speed(),
    ordersVisible,
    ordersTotal: orders.total,
    finished: ordersVisible === orders.total,
  };
}
