import type { JsonObject } from "@drumline/core/task";

import type { ChangeableItem, OrderFacts } from "../cancellations/cancellation-facts.ts";
import { type CancellationDecision, isGone } from "../cancellations/decide-cancellation.ts";
import type { RemoteItem, RemoteOrder } from "../gateways/omnitron/port.ts";
import { ITEM_STOPS, type OrderState, STOPPED_STATES } from "../states/index.ts";
import { findStaleLabels } from "./find-stale-labels.ts";
import type { KnownItem, KnownOrder } from "./import-snapshot.ts";
import { takeAtOnce, type WantedItem } from "./take-at-once.ts";

/** What a new version of a planned order means. */
export interface OrderChange {
  /** The state it starts from before its packages are looked at. */
  readonly state: OrderState;
  /** Items that are wanted, as they are to be written; what cannot be followed stays as it is. */
  readonly items: readonly ChangedItem[];
  /** Items that are not wanted any more, held until their units are taken back. */
  readonly closedItemIds: readonly bigint[];
  /** Units to take out of packages at once, and what becomes of the packages; null where nothing is to be taken. */
  readonly taken: CancellationDecision | null;
  /** Units that Omnitron cancelled or refunded: taken back by a plan of their own, as Omnitron's plans are. */
  readonly withdrawals: readonly Withdrawal[];
  /** Items that are wanted again: what was withdrawn of them comes back. */
  readonly restoredItemIds: readonly bigint[];
  /** What cannot be followed, or not yet. */
  readonly differences: readonly string[];
  /** Items that are wanted again although a cancellation plan of Omnitron's has cancelled them. */
  readonly contradictions: readonly string[];
  /** Parcels that bear what is true no more. */
  readonly staleLabels: readonly string[];
}

export interface ChangedItem {
  readonly item: RemoteItem;
  readonly sku: string;
  readonly quantity: number;
  readonly state: OrderState;
}

export interface Withdrawal {
  readonly itemPk: bigint;
  readonly orderItemId: bigint;
  readonly type: "CANCEL" | "REFUND";
  readonly units: number;
}

/** An order that has a plan, as the database holds it. */
export interface PlannedOrder {
  readonly known: KnownOrder;
  readonly items: readonly KnownItem[];
  readonly facts: OrderFacts;
}

/**
 * Decides field by field how a planned order follows what Omnitron made of it (docs/oms.md has the table). What no package
 * holds, or a package before packing, follows; what Omnitron cancelled is held and taken back as far as it can be; what is
 * left becomes a difference that a person sees. Pure.
 */
export function planOrderChange(planned: PlannedOrder, order: RemoteOrder, payload: JsonObject): OrderChange {
  const { known, items: knownItems } = planned;
  const incoming = new Map(order.items.map((item) => [item.pk, item]));
  const closings = new Map(knownItems.map((one) => [one.id, closingOf(order, incoming.get(one.pk) ?? null)]));
  const before = new Map(planned.facts.items.map((item) => [item.id, item]));
  const isWantedAgain = (one: KnownItem) => closings.get(one.id) === null && isRestored(one, before.get(one.id)!);
  const restored = new Set(knownItems.filter(isWantedAgain).map(({ id }) => id));
  const facts = restored.size === 0 ? planned.facts : withRestored(planned.facts, restored);
  const ownById = restored.size === 0 ? before : new Map(facts.items.map((item) => [item.id, item]));
  const stoppable = findStoppable(facts);

  const differences: string[] = [];
  const wasClosed = closedBefore(known.payload);
  const wanted = knownItems
    .filter(({ id }) => closings.get(id) === null)
    .map((one) => toWanted(one, ownById.get(one.id)!, incoming.get(one.pk)!, differences));
  const { taken, refusedIds } = takeAtOnce(wanted, facts, differences);
  const takenById = new Map((taken?.cancelled ?? []).map(({ orderItemId, units }) => [orderItemId, units]));
  const closed = knownItems.filter(({ id }) => closings.get(id) !== null);
  const knownPks = new Set(knownItems.map(({ pk }) => pk));
  // One that is ended before it was ever here is taken in once it is wanted.
  const added = order.items.filter((item) => !knownPks.has(item.pk) && closingOf(order, item) === null);

  return {
    state: stateOf(known.state, order.state, stoppable.size > 0 || added.length > 0),
    items: [
      ...wanted.map((one): ChangedItem => {
        const { id, sku, state } = one.known;
        const isRefused = refusedIds.has(id);
        const quantity = isRefused ? one.own.quantity : quantityOf(one, takenById.get(id) ?? 0);
        // What is wanted besides the units whose money went back is planned as of any other item.
        const isOpen = restored.has(id) || quantity > one.own.quantity || (one.hasNewSku && !isRefused);
        return {
          item: one.item,
          sku: isRefused ? sku : one.item.product.sku,
          quantity,
          state: itemStateOf(isOpen && isEnd(state) ? "APPROVED" : state, one.item.state, stoppable.has(id)),
        };
      }),
      ...added.map((item) => ({ item, sku: item.product.sku, quantity: item.quantity, state: item.state })),
    ],
    closedItemIds: closed.flatMap(({ id }) => (stoppable.has(id) ? [id] : [])),
    taken,
    withdrawals: closed.flatMap((one) => toWithdrawal(one, ownById.get(one.id)!, closings.get(one.id)!)),
    restoredItemIds: [...restored],
    differences,
    contradictions: wanted
      .filter(({ known: { pk }, own }) => own.quantity === own.cancelled && wasClosed(pk))
      .map(({ known: { pk } }) => toContradiction(pk)),
    staleLabels: findStaleLabels(known.payload, payload, facts),
  };
}

export const toContradiction = (pk: bigint): string =>
  `item ${pk} is wanted again, but a cancellation plan has cancelled it`;

/** Whether Omnitron wants an item no more, and whether its money goes back for goods that have left. */
export function closingOf(order: RemoteOrder, item: RemoteItem | null): "CANCEL" | "REFUND" | null {
  if (order.state === "REFUNDED" || item?.state === "REFUNDED") return "REFUND";
  return order.state === "CANCELLED" || item === null || item.state === "CANCELLED" ? "CANCEL" : null;
}

/** What was taken out of it because Omnitron said so comes back with Omnitron's word. */
const isRestored = ({ state }: KnownItem, { isWithdrawn, quantity, cancelled }: ChangeableItem): boolean =>
  isWithdrawn || (state === "CANCELLED" && cancelled < quantity);

const withRestored = ({ items, packages }: OrderFacts, restored: ReadonlySet<bigint>): OrderFacts => ({
  items: items.map((item) =>
    restored.has(item.id) ? { ...item, cancelled: item.cancelled - item.withdrawn, withdrawn: 0 } : item,
  ),
  packages,
});

/** Items of which a unit is still in house, or in no package. */
function findStoppable({ items, packages }: OrderFacts): ReadonlySet<bigint> {
  const gone = new Map<bigint, number>();
  for (const item of packages.filter(isGone).flatMap((one) => one.items))
    gone.set(item.orderItemId, (gone.get(item.orderItemId) ?? 0) + item.quantity);
  return new Set(
    items.filter(({ id, quantity, cancelled }) => quantity - cancelled > (gone.get(id) ?? 0)).map(({ id }) => id),
  );
}

function toWanted(known: KnownItem, own: ChangeableItem, item: RemoteItem, differences: string[]): WantedItem {
  const left = own.quantity - own.cancelled;
  const { quantity, difference } = followQuantity(own, item);
  if (difference !== null) differences.push(difference);
  const hasNewSku = item.product.sku !== known.sku && left > 0;
  return { known, own, item, quantity, hasNewSku, excess: hasNewSku ? left : Math.max(0, own.quantity - quantity) };
}

/**
 * What the quantity that Omnitron says means here. It counts cancelled units in it, or it does not: what is left of an item
 * agrees with what is left here. Below what is cancelled it cannot go.
 */
export function followQuantity(
  own: { readonly quantity: number; readonly cancelled: number },
  item: RemoteItem,
): { readonly quantity: number; readonly difference: string | null } {
  if (own.cancelled > 0 && item.quantity === own.quantity - own.cancelled)
    return { quantity: own.quantity, difference: null };
  if (item.quantity >= own.cancelled) return { quantity: item.quantity, difference: null };
  const difference = `item ${item.pk} is to be ${item.quantity}, but ${own.cancelled} of it are cancelled`;
  return { quantity: own.cancelled, difference };
}

/** Whether Omnitron wanted an item no more in its last version: else it only does not know yet what was cancelled. */
export function closedBefore(payload: JsonObject): (pk: bigint) => boolean {
  const items = payload["orderitem_set"];
  if (!Array.isArray(items)) return () => false;
  const statuses = new Map(items.map((item) => [(item as JsonObject)["pk"], (item as JsonObject)["status"]]));
  const isEndCode = (status: unknown) => status === "100" || status === "600";
  return (pk) => isEndCode(payload["status"]) || isEndCode(statuses.get(Number(pk)) ?? "100");
}

/** A new SKU is wanted in whatever number; fewer units are fewer by what could be taken. */
const quantityOf = ({ own, quantity, hasNewSku }: WantedItem, taken: number): number =>
  hasNewSku || quantity >= own.quantity ? quantity : own.quantity - taken;

/** Omnitron's word that nothing is to be done stands until it says otherwise; else the packages say what the order is. */
function stateOf(known: OrderState, remote: OrderState, isStoppable: boolean): OrderState {
  const asked = isEnd(remote) ? "CANCELLATION_WAITING" : remote;
  if (STOPPED_STATES.has(asked)) return isStoppable ? asked : known;
  return STOPPED_STATES.has(known) ? "APPROVED" : known;
}

const isEnd = (state: OrderState): boolean => state === "CANCELLED" || state === "REFUNDED";

/** As `stateOf`, of an item alone: that its payment is awaited is its order's matter. */
function itemStateOf(known: OrderState, remote: OrderState, isStoppable: boolean): OrderState {
  if (ITEM_STOPS.has(remote) && isStoppable) return remote;
  return ITEM_STOPS.has(known) || known === "CANCELLED" ? "APPROVED" : known;
}

function toWithdrawal(
  { pk, id }: KnownItem,
  { quantity, cancelled, returned, pending }: ChangeableItem,
  type: "CANCEL" | "REFUND",
): Withdrawal[] {
  const units = quantity - cancelled - returned - pending;
  return units <= 0 ? [] : [{ itemPk: pk, orderItemId: id, type, units }];
}
