import { createLongStepYielder } from "@drumline/core/process";
import type { JsonObject } from "@drumline/core/task";

import type { OrderFacts } from "../cancellations/cancellation-facts.ts";
import { toUnpackAction } from "../cancellations/cancellation-problems.ts";
import type { Reading, RemoteItem, RemoteOrder } from "../gateways/omnitron/port.ts";
import { groupBy } from "../group-by.ts";
import type { ImportProblem } from "../imports/import-problem.ts";
import type { OrderState } from "../states/index.ts";
import { findClash, type Identities, identitiesOf } from "./find-clash.ts";
import type { ImportSnapshot, KnownItem, KnownOrder } from "./import-snapshot.ts";
import { type GoodReading, isOlder, isSame, mayBeOlder } from "./is-news.ts";
import {
  type ChangedItem,
  closedBefore,
  closingOf,
  followQuantity,
  type OrderChange,
  type PlannedOrder,
  planOrderChange,
  toContradiction,
} from "./plan-order-change.ts";
import { toChangeSeenAgain } from "./withdraw-again.ts";

export interface ImportPlan {
  readonly created: readonly TakenOrder[];
  readonly changed: readonly TakenOrder[];
  readonly items: readonly TakenItem[];
  /** Items of orders without a plan that a newer version no longer has: cancelled. */
  readonly removedItemPks: readonly bigint[];
  /** What newer versions of planned orders mean. */
  readonly changes: readonly TakenChange[];
  /** Items of orders without a plan that are wanted again although a cancellation plan has cancelled them. */
  readonly contradictions: readonly { readonly orderNumber: string; readonly reason: string }[];
  readonly problems: readonly ImportProblem[];
  /** Orders now taken in without a problem: what was recorded about them earlier is resolved. */
  readonly resolvedRemoteIds: readonly string[];
  readonly unchanged: number;
  /** Older than what we hold. */
  readonly stale: number;
}

export interface TakenOrder {
  readonly order: RemoteOrder;
  readonly payload: JsonObject;
  /** Null for an order that is new to us. */
  readonly known: KnownOrder | null;
  /** Omnitron's, unless it is planned. */
  readonly state: OrderState;
}

export interface TakenItem extends ChangedItem {
  readonly orderPk: bigint;
}

export interface TakenChange {
  readonly known: KnownOrder;
  readonly order: RemoteOrder;
  readonly change: OrderChange;
}

/**
 * Decides what a page of orders changes. A bad order is a problem of its own and the others go on; an older version
 * never wins over a newer one, nor a webhook's over one that is equally new; an order that is planned follows as far as
 * its packages let it (`planOrderChange`). Others get their turn between two orders.
 */
export async function planImport(
  records: readonly Reading<RemoteOrder>[],
  snapshot: ImportSnapshot,
  { again = false, byWebhook = false }: ImportOptions = {},
): Promise<ImportPlan> {
  const knownByPk = new Map(snapshot.orders.map((order) => [order.pk, order]));
  const itemsByOrder = groupBy(snapshot.items, ({ orderPk }) => orderPk);
  const identities = identitiesOf(snapshot);
  const plan = emptyPlan();

  const pause = createLongStepYielder();
  for (const record of newestOf(records, plan)) {
    await pause();
    if (!record.ok) {
      plan.problems.push({ ...record, code: "INVALID_RECORD" });
      continue;
    }
    const known = knownByPk.get(record.value.pk) ?? null;
    if (known !== null && isOlder(record.value, known)) plan.stale += 1;
    else if (known !== null && !again && isSame(record, known)) plan.unchanged += 1;
    else if (known !== null && byWebhook && mayBeOlder(record.value, known)) plan.stale += 1;
    else {
      const items = itemsByOrder.get(record.value.pk) ?? [];
      const facts = known === null ? undefined : snapshot.facts.get(known.id);
      takeIn(record, { known, items, facts: facts ?? null, isSeenBefore: again }, identities, plan);
    }
  }
  return plan;
}

/** How a batch of orders came. */
export interface ImportOptions {
  /** It is what is held already, and follows as far as its packages let it by now. */
  readonly again?: boolean;
  readonly byWebhook?: boolean;
}

type Growing<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };

const emptyPlan = (): Growing<ImportPlan> => ({
  created: [],
  changed: [],
  items: [],
  removedItemPks: [],
  changes: [],
  contradictions: [],
  problems: [],
  resolvedRemoteIds: [],
  unchanged: 0,
  stale: 0,
});

/** An order that changes while it is paged through may stand twice in a page; the newest version counts. */
function newestOf(records: readonly Reading<RemoteOrder>[], plan: Growing<ImportPlan>): Reading<RemoteOrder>[] {
  const newest = new Map<string, Reading<RemoteOrder>>();
  for (const record of records) {
    const other = newest.get(record.remoteId);
    if (other !== undefined) plan.stale += 1;
    if (other?.ok && record.ok && record.value.modifiedAt < other.value.modifiedAt) continue;
    newest.set(record.remoteId, record);
  }
  return [...newest.values()];
}

/** Differences that a problem names; a person looks the others up. */
const MOST_TOLD = 20;

interface Known {
  readonly known: KnownOrder | null;
  readonly items: readonly KnownItem[];
  /** Null for an order without a plan. */
  readonly facts: OrderFacts | null;
  /** Nothing in it is new but what its packages let it follow by now. */
  readonly isSeenBefore: boolean;
}

function takeIn(
  record: GoodReading,
  { known, items, facts, isSeenBefore }: Known,
  identities: Identities,
  plan: Growing<ImportPlan>,
): void {
  const { value: order, payload, remoteId } = record;
  const clash = findClash(order, identities);
  if (clash !== null) {
    plan.problems.push({ remoteId, payload, ...clash });
    return;
  }
  identities.claim(order);
  const change = known === null || facts === null ? null : changeOf({ known, items, facts }, record, isSeenBefore);
  if (isSeenBefore && (change === null || !hasEffect(change))) plan.unchanged += 1;
  else write(record, known, items, change, plan);

  const differences = change?.differences ?? (known === null ? [] : lookAtUnplanned(known, items, order, plan));
  if (differences.length > 0) {
    const more = differences.length > MOST_TOLD ? `; and ${differences.length - MOST_TOLD} more` : "";
    const error = `${differences.slice(0, MOST_TOLD).join("; ")}${more}`;
    plan.problems.push({ remoteId, code: "PLANNED_ORDER_CHANGED", error, payload, actions: toActions(facts) });
  } else if (order.items.length === 0) {
    const error = "the order has no items: it is kept, and planned once a later version has some";
    plan.problems.push({ remoteId, code: "NO_ITEMS", error, payload });
  } else {
    plan.resolvedRemoteIds.push(remoteId);
  }
}

function changeOf(planned: PlannedOrder, { value: order, payload }: GoodReading, isSeenBefore: boolean): OrderChange {
  const change = planOrderChange(planned, order, payload);
  return isSeenBefore ? toChangeSeenAgain(change, planned.facts) : change;
}

/** An order without a plan follows in all but what cancellation plans have cancelled of it; answers what it cannot follow. */
function lookAtUnplanned(
  { payload }: KnownOrder,
  items: readonly KnownItem[],
  order: RemoteOrder,
  plan: Growing<ImportPlan>,
): string[] {
  const incoming = new Map(order.items.map((item) => [item.pk, item]));
  const wasClosed = closedBefore(payload);
  const wanted = items.filter((own) => own.cancelled > 0 && closingOf(order, incoming.get(own.pk) ?? null) === null);
  const reason = wanted
    .filter((own) => own.quantity === own.cancelled && wasClosed(own.pk))
    .map(({ pk }) => toContradiction(pk))
    .join("; ");
  if (reason !== "") plan.contradictions.push({ orderNumber: order.number, reason });
  return wanted.flatMap((own) => followQuantity(own, incoming.get(own.pk)!).difference ?? []);
}

/** What a person can open again, so that the order follows. */
const toActions = (facts: OrderFacts | null) =>
  (facts?.packages ?? []).filter(({ state }) => state === "PACKED").map(toUnpackAction);

const hasEffect = ({ taken, withdrawals, restoredItemIds }: OrderChange): boolean =>
  (taken?.cancelled.length ?? 0) + withdrawals.length + restoredItemIds.length > 0;

function write(
  { value: order, payload }: GoodReading,
  known: KnownOrder | null,
  items: readonly KnownItem[],
  change: OrderChange | null,
  plan: Growing<ImportPlan>,
): void {
  (known === null ? plan.created : plan.changed).push({ order, payload, known, state: change?.state ?? order.state });
  if (known !== null && change !== null) plan.changes.push({ known, order, change });
  const own = new Map(items.map((item) => [item.pk, item]));
  const quantityOf = (item: RemoteItem) => {
    const held = own.get(item.pk);
    return held === undefined ? item.quantity : followQuantity(held, item).quantity;
  };
  const taken =
    change?.items ??
    order.items.map((item) => ({ item, sku: item.product.sku, quantity: quantityOf(item), state: item.state }));
  plan.items.push(...taken.map((item) => ({ ...item, orderPk: order.pk })));
  if (change !== null) return;
  const pks = new Set(order.items.map(({ pk }) => pk));
  plan.removedItemPks.push(...items.map(({ pk }) => pk).filter((pk) => !pks.has(pk)));
}
