import { saveTransitions, type Transition } from "@drumline/audit/state-log";
import type { JsonObject } from "@drumline/core/task";
import type { Transaction } from "@drumline/db";
import { type OutboxEvent, saveEvents } from "@drumline/events/outbox";

import { syncOrderStates } from "../states/index.ts";
import { followChanges } from "./follow-changes.ts";
import type { ImportPlan, TakenOrder } from "./plan-import.ts";
import {
  cancelItems,
  type SavedOrder,
  saveChannels,
  saveOrderItems,
  saveOrders,
  saveProducts,
} from "./save-import.sql.ts";

/** Carries an import plan out, in the transaction that holds the locks the plan was made under. */
export async function saveImport(tx: Transaction, plan: ImportPlan, at: Date): Promise<void> {
  const taken = [...plan.created, ...plan.changed];
  if (taken.length === 0) return;
  await saveChannels(
    tx,
    taken.map(({ order }) => order.channel),
  );
  await saveProducts(
    tx,
    plan.items.map(({ item }) => item.product),
  );
  const savedByPk = await saveOrders(tx, taken, at);
  await saveTransitions(tx, transitionsOf(taken, savedByPk, at));
  await saveEvents(
    tx,
    taken.map((order) => eventOf(order, savedByPk.get(order.order.pk)!, at)),
  );
  await followChanges(tx, plan.changes, () => saveOrderItems(tx, plan.items), at);
  await cancelItems(tx, plan.removedItemPks);
  await syncOrderStates(
    tx,
    plan.changed.flatMap(({ known }) => known?.id ?? []),
    at,
  );
}

function transitionsOf(
  taken: readonly TakenOrder[],
  savedByPk: ReadonlyMap<bigint, SavedOrder>,
  at: Date,
): Transition[] {
  return taken
    .map(({ order, known }) => ({ known, ...savedByPk.get(order.pk)! }))
    .filter(({ state, known }) => state !== known?.state)
    .map(({ id, state, known }) => ({
      entityType: "order",
      entityId: id,
      oldState: known?.state ?? null,
      newState: state,
      command: "IMPORT_ORDER",
      at,
    }));
}

function eventOf({ order, known }: TakenOrder, { id, state }: SavedOrder, at: Date): OutboxEvent {
  const payload: JsonObject = {
    number: order.number,
    omnitron_id: Number(order.pk),
    state,
    channel: order.channel.name,
    items: order.items.length,
  };
  return {
    eventType: known === null ? "order.imported" : "order.updated",
    entityType: "order",
    entityId: id,
    payload,
    at,
  };
}
