import type { CancellationFacts, ChangeableItem, OrderFacts } from "../cancellations/cancellation-facts.ts";
import {
  type CancellationDecision,
  type Circumstances,
  decideCancellation,
} from "../cancellations/decide-cancellation.ts";
import type { RemoteItem } from "../gateways/omnitron/port.ts";
import type { KnownItem } from "./import-snapshot.ts";

/** An item that Omnitron still wants, and what of it has to change. */
export interface WantedItem {
  readonly known: KnownItem;
  readonly own: ChangeableItem;
  readonly item: RemoteItem;
  /** As it is to be, cancelled units included. */
  readonly quantity: number;
  readonly hasNewSku: boolean;
  /** Units that have to leave their packages. */
  readonly excess: number;
}

interface TakenAtOnce {
  readonly taken: CancellationDecision | null;
  /** Items that stay as they are. */
  readonly refusedIds: ReadonlySet<bigint>;
}

/** By the last attempt's rules, which wait for nobody: a carrier that refused a parcel once is not asked for ever. */
export const AT_ONCE: Circumstances = { carrierSaid: new Map(), isLastAttempt: true };

/**
 * Takes units out of what is not packed. An item whose SKU changed gives up all of its units or none; what is packed, or on
 * the road between locations, stays, and is added to the differences.
 */
export function takeAtOnce(wanted: readonly WantedItem[], facts: OrderFacts, differences: string[]): TakenAtOnce {
  const refusedIds = new Set<bigint>();
  const packageById = new Map(facts.packages.map((one) => [one.id, one]));
  for (;;) {
    const asked = wanted.filter(({ excess, known }) => excess > 0 && !refusedIds.has(known.id));
    if (asked.length === 0) return { taken: null, refusedIds };
    const byId = new Map(asked.map((one) => [one.known.id, one]));
    const wantedBack = asked.map(({ known: { pk, id }, excess }) => ({ itemPk: pk, orderItemId: id, units: excess }));
    const taken = decideCancellation(toFactsAtOnce("CANCEL", wantedBack, facts), AT_ONCE);
    const refused = taken.outcomes.filter(({ rejected }) => rejected > 0);
    const stuck = refused.filter(({ wish }) => byId.get(wish.id)!.hasNewSku);
    for (const { wish } of stuck) refusedIds.add(wish.id);
    for (const { wish, rejected, packageId } of stuck.length > 0 ? stuck : refused) {
      const { known, own, item } = byId.get(wish.id)!;
      const place = packageId === null ? undefined : packageById.get(packageId);
      const where = place === undefined ? "" : `, ${rejected} of it in ${place.number}, which is ${place.state}`;
      differences.push(
        `item ${known.pk} was ${own.quantity} × ${known.sku} and is now ${item.quantity} × ${item.product.sku}${where}`,
      );
    }
    // Without those, others may have lost what they were to be taken with.
    if (stuck.length === 0) return { taken, refusedIds };
  }
}

/** Units of an item that a change of its order wants back. */
export interface WantedBack {
  readonly itemPk: bigint;
  readonly orderItemId: bigint;
  readonly units: number;
}

/** What is decided about units that a change of an order wants back at once, by no plan that stands in the database. */
export const toFactsAtOnce = (
  type: CancellationFacts["type"],
  wanted: readonly WantedBack[],
  { items, packages }: OrderFacts,
): CancellationFacts => ({
  planId: 0n,
  pk: null,
  type,
  attempts: 0,
  orderNumber: "",
  orderId: 0n,
  wishes: wanted.map(({ itemPk, orderItemId, units }) => ({
    id: orderItemId,
    itemPk,
    orderItemId,
    quantity: units,
    done: 0,
    isOpen: true,
    reason: null,
  })),
  otherWishes: [],
  items,
  packages,
});
