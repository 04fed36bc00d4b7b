import { backoffAfter, DAY_MS, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { pauseEnd, type Turn } from "@drumline/core/task";
import type { CarrierStatus, Tracking } from "@drumline/outbound/carriers";

export type ParcelStatus = "PACKED" | "SHIPPED" | "DELIVERED";

export interface KnownParcel {
  readonly status: ParcelStatus;
  readonly packedAt: Date;
  readonly failedChecks: number;
}

export type TrackingAnswer =
  | { readonly kind: "tracked"; readonly tracking: Tracking }
  | { readonly kind: "failed"; readonly error: string; readonly retryAfterMs: number | null };

/** What follows from a carrier's answer. */
export interface ParcelNews {
  /** Never earlier than what is known: a late "shipped" does not undo "delivered". */
  readonly status: ParcelStatus;
  readonly shippedAt: Date | null;
  readonly deliveredAt: Date | null;
  /** Null: delivered, never asked again. */
  readonly nextCheckAt: Date | null;
  readonly failedChecks: number;
  readonly error: string | null;
  /** Nothing was heard of it for so long that a person should ask. */
  readonly isSilent: boolean;
}

const ORDER: readonly ParcelStatus[] = ["PACKED", "SHIPPED", "DELIVERED"];
const MEANING: Partial<Record<CarrierStatus, ParcelStatus>> = {
  SHIPPING: "SHIPPED",
  READY_FOR_PICKUP: "SHIPPED",
  ATTEMPTED_DELIVERY: "SHIPPED",
  DELIVERY_FAILED: "SHIPPED",
  DELIVERED: "DELIVERED",
};
const OFTEN_MS = HOUR_MS;
const SELDOM_MS = 6 * HOUR_MS;
const SELDOM_AFTER_MS = 4 * DAY_MS;
const SILENT_AFTER_MS = 30 * DAY_MS;

export function planParcelNews(known: KnownParcel, answer: TrackingAnswer, turn: Turn): ParcelNews {
  const { now } = turn;
  const ageMs = now.getTime() - known.packedAt.getTime();
  const isSilent = ageMs > SILENT_AFTER_MS;
  if (answer.kind === "failed") {
    const failedChecks = known.failedChecks + 1;
    const pauseMs = backoffAfter(failedChecks, { firstMs: 5 * MINUTE_MS, longestMs: SELDOM_MS });
    return {
      status: known.status,
      shippedAt: null,
      deliveredAt: null,
      // Never sooner than a carrier asks for.
      nextCheckAt:
        answer.retryAfterMs === null ? pauseEnd(turn, pauseMs) : new Date(now.getTime() + answer.retryAfterMs),
      failedChecks,
      error: answer.error,
      isSilent,
    };
  }
  const { status: word, events } = answer.tracking;
  const told = [word, ...events.map(({ status }) => status)].map((each) => MEANING[each] ?? "PACKED");
  const status = ORDER[Math.max(ORDER.indexOf(known.status), ...told.map((each) => ORDER.indexOf(each)))]!;
  const firstOf = (wanted: ParcelStatus): Date | null => {
    if (ORDER.indexOf(status) < ORDER.indexOf(wanted)) return null;
    const times = events
      .filter((event) => MEANING[event.status] === wanted)
      .map(({ occurredAt }) => occurredAt.getTime());
    // A carrier's clock may be wrong: nothing happened before it was packed, or will have happened.
    const at = times.length > 0 ? Math.min(...times) : now.getTime();
    return new Date(Math.min(Math.max(at, known.packedAt.getTime()), now.getTime()));
  };
  return {
    status,
    shippedAt: firstOf("SHIPPED"),
    deliveredAt: firstOf("DELIVERED"),
    nextCheckAt: status === "DELIVERED" ? null : pauseEnd(turn, ageMs > SELDOM_AFTER_MS ? SELDOM_MS : OFTEN_MS),
    failedChecks: 0,
    error: null,
    isSilent: isSilent && status !== "DELIVERED",
  };
}
