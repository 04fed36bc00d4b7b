import { isDeepStrictEqual } from "node:util";

import { createLongStepYielder } from "@drumline/core/process";
import type { JsonObject } from "@drumline/core/task";

import type { Reading, RemoteItem, RemoteOrder } from "../gateways/omnitron/port.ts";
import { groupBy } from "../group-by.ts";
import type { ImportProblem } from "../imports/import-problem.ts";
import { findClash, type Identities, identitiesOf } from "./find-clash.ts";
import type { ImportSnapshot, KnownItem, KnownOrder } from "./import-snapshot.ts";

export interface ImportPlan {
  readonly created: readonly TakenOrder[];
  readonly changed: readonly TakenOrder[];
  readonly items: readonly TakenItem[];
  /** Items that a newer version no longer has, and that no package holds: cancelled. */
  readonly removedItemPks: readonly bigint[];
  /** Planned orders that got new items: they go back to START, and only what is new is planned. */
  readonly reopenedOrderPks: readonly bigint[];
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
}

export interface TakenItem {
  readonly orderPk: bigint;
  readonly item: RemoteItem;
}

type GoodReading = Reading<RemoteOrder> & { readonly ok: true };

/**
 * Decides what a page of orders changes. A bad order is a problem of its own and the others go on; an older version
 * never wins over a newer one; what live packages already hold stays as planned (its change is recorded instead: taking
 * units back is what cancellation plans are for). Others get their turn between two orders.
 */
export async function planImport(
  records: readonly Reading<RemoteOrder>[],
  snapshot: ImportSnapshot,
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
    else if (known !== null && isSame(record, known)) plan.unchanged += 1;
    else takeIn(record, known, itemsByOrder.get(record.value.pk) ?? [], identities, plan);
  }
  return plan;
}

type Growing<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };

const emptyPlan = (): Growing<ImportPlan> => ({
  created: [],
  changed: [],
  items: [],
  removedItemPks: [],
  reopenedOrderPks: [],
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

const isOlder = (order: RemoteOrder, known: KnownOrder): boolean => order.modifiedAt < known.remoteModifiedAt;

/** Omnitron's clock may be finer than ours, so that two versions can look equally new: the content decides. */
const isSame = ({ value, payload }: GoodReading, known: KnownOrder): boolean =>
  value.modifiedAt.getTime() === known.remoteModifiedAt.getTime() &&
  (isDeepStrictEqual(payload, known.payload) || isDeepStrictEqual(asStored(payload), known.payload));

/** As it comes back from the database: JSON knows no -0. */
const asStored = (payload: JsonObject): JsonObject => JSON.parse(JSON.stringify(payload)) as JsonObject;

/** Differences that a problem names; a person looks the others up. */
const MOST_TOLD = 20;

function takeIn(
  { value: order, payload, remoteId }: GoodReading,
  known: KnownOrder | null,
  knownItems: readonly KnownItem[],
  identities: Identities,
  plan: Growing<ImportPlan>,
): void {
  const clash = findClash(order, identities);
  if (clash !== null) {
    plan.problems.push({ remoteId, payload, ...clash });
    return;
  }
  identities.claim(order);
  (known === null ? plan.created : plan.changed).push({ order, payload, known });

  const byPk = new Map(knownItems.map((item) => [item.pk, item]));
  const held = order.items.filter((item) => contradicts(item, byPk.get(item.pk)));
  for (const item of order.items)
    if (!contradicts(item, byPk.get(item.pk))) plan.items.push({ orderPk: order.pk, item });
  const pks = new Set(order.items.map(({ pk }) => pk));
  const gone = knownItems.filter(({ pk }) => !pks.has(pk));
  plan.removedItemPks.push(...gone.filter(({ isPlanned }) => !isPlanned).map(({ pk }) => pk));
  const isPlanned = knownItems.some(({ orderIsPlanned }) => orderIsPlanned);
  if (isPlanned && order.items.some(({ pk }) => !byPk.has(pk))) plan.reopenedOrderPks.push(order.pk);

  const differences = [
    ...held.map((item) => differenceOf(item, byPk.get(item.pk)!)),
    ...gone.filter((item) => item.isPlanned).map(({ pk }) => `item ${pk} is gone`),
  ];
  if (differences.length > 0) {
    const more = differences.length > MOST_TOLD ? `; and ${differences.length - MOST_TOLD} more` : "";
    const error = `${differences.slice(0, MOST_TOLD).join("; ")}${more}. Its packages stay as planned; cancel or replan them to follow.`;
    plan.problems.push({ remoteId, code: "PLANNED_ORDER_CHANGED", error, payload });
  } else if (order.items.length === 0) {
    const error = "the order has no items: it is kept, and planned once a later version has some";
    plan.problems.push({ remoteId, code: "NO_ITEMS", error, payload });
  } else {
    plan.resolvedRemoteIds.push(remoteId);
  }
}

/** Whether a live package holds the item otherwise than it now is. */
function contradicts(item: RemoteItem, known: KnownItem | undefined): boolean {
  if (known === undefined || !known.isPlanned) return false;
  return item.quantity !== known.quantity || item.product.sku !== known.sku;
}

function differenceOf(item: RemoteItem, known: KnownItem): string {
  return `item ${item.pk} was ${known.quantity} × ${known.sku} and is now ${item.quantity} × ${item.product.sku}`;
}
