import type { CarrierService } from "../carriers/index.ts";
import type { VirtualClock } from "../clock/index.ts";
import type { CancellationState } from "../omnitron/index.ts";
import type { OrderState } from "../dataset/index.ts";

export interface SandboxState {
  readonly virtualNow: string;
  /** Virtual days per real second. */
  readonly speed: number;
  readonly ordersVisible: number;
  /** Null: they never end. */
  readonly ordersTotal: number | null;
  /** Every order there will ever be can be seen. */
  readonly finished: boolean;
  /** When the next order or cancellation plan comes about; null when none will, as far as can be told now. */
  readonly nextAt: string | null;
  /** When the last thing happens to the parcels announced so far; null before the first. */
  readonly parcelsMoveUntil: string | null;
}

export interface MovingParts {
  readonly clock: VirtualClock;
  readonly orders: OrderState;
  readonly cancellations: CancellationState;
  readonly carriers: CarrierService;
}

export function toSandboxState({ clock, orders, cancellations, carriers }: MovingParts): SandboxState {
  const nowMs = clock.nowMs();
  const ordersVisible = orders.countUntil(nowMs);
  return {
    virtualNow: new Date(nowMs).toISOString(),
    speed: clock.speed(),
    ordersVisible,
    ordersTotal: orders.total,
    finished: ordersVisible === orders.total,
    nextAt: toInstant(Math.min(orders.nextAfter(nowMs), cancellations.nextAfter(nowMs))),
    parcelsMoveUntil: toInstant(carriers.lastEventMs()),
  };
}

const toInstant = (ms: number): string | null => (Number.isFinite(ms) ? new Date(ms).toISOString() : null);
