import type { PlannedCart, PlannedMovement, PlannedOrder, Story } from "./plan-story.ts";

/** An attempt to pay, as its provider and its shopper know it. */
export interface AttemptTold {
  readonly id: string;
  readonly providerId: string;
  readonly createdAt: Date;
  paidAt: Date | null;
  paidMinor: number;
}

export interface OrderTold {
  readonly plan: PlannedOrder;
  placedAt: Date | null;
  readonly attempts: AttemptTold[];
  /** Answered with DONE, by cause; null: all that was left. */
  readonly refunds: Map<string, number | null>;
  readonly disputes: {
    readonly id: string;
    readonly openedAt: Date;
    readonly endsAs: "reversed" | "lost";
    endedAt: Date | null;
  }[];
  /** What a person said when another amount had come. */
  resolved: "CONFIRM" | "REFUND" | null;
}

/** What was done in a story, and answered with success: what the judge holds the tables to. */
export interface Journal {
  readonly story: Story;
  readonly orders: Map<string, OrderTold>;
  /** Packed, by reference. */
  readonly parcels: Map<
    string,
    { readonly id: bigint; readonly order: string; readonly carrier: string; isCancelled: boolean }
  >;
  readonly carts: Map<string, PlannedCart>;
  readonly movements: Map<string, PlannedMovement>;
  /** When they left the list of reminders or came back by a link, by address. */
  readonly unsubscribedAt: Map<string, Date>;
  readonly restoredAt: Map<string, Date>;
  readonly subscribed: Set<string>;
  readonly confirmed: Set<string>;
  /** Answers that nobody may get. */
  readonly errors: string[];
}

export const openJournal = (story: Story): Journal => ({
  story,
  orders: new Map(),
  parcels: new Map(),
  carts: new Map(),
  movements: new Map(),
  unsubscribedAt: new Map(),
  restoredAt: new Map(),
  subscribed: new Set(),
  confirmed: new Set(),
  errors: [],
});
