import type { JsonObject } from "@drumline/core/task";
import type { Transaction } from "@drumline/db";
import { type OutboxEvent, saveEvents } from "@drumline/outbound/outbox";

import { saveTransitions, type Transition } from "../state-log/save-transitions.sql.ts";
import type { ImportPlan, TakenOrder } from "./plan-import.ts";
import { cancelItems, reopenPlans, saveChannels, saveOrderItems, saveOrders, saveProducts } from "./save-import.sql.ts";

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
  const idByPk = await saveOrders(tx, taken, at);
  await saveOrderItems(tx, plan.items);
  await cancelItems(tx, plan.removedItemPks);
  await reopenPlans(tx, plan.reopenedOrderPks, at);
  await saveTransitions(tx, transitionsOf(taken, idByPk, at));
  await saveEvents(
    tx,
    taken.map((order) => eventOf(order, idByPk.get(order.order.pk)!, at)),
  );
}

function transitionsOf(taken: readonly TakenOrder[], idByPk: ReadonlyMap<bigint, bigint>, at: Date): Transition[] {
  return taken
    .filter(({ order, known }) => order.state !== known?.state)
    .map(({ order, known }) => ({
      entityType: "order",
      entityId: idByPk.get(order.pk)!,
      oldState: known?.state ?? null,
      newState: order.state,
      command: "IMPORT_ORDER",
      at,
    }));
}

function eventOf({ order, known }: TakenOrder, entityId: bigint, at: Date): OutboxEvent {
  const payload: JsonObject = {
    number: order.number,
    omnitron_id: Number(order.pk),
    state: order.state,
    channel: order.channel.name,
    items: order.items.length,
  };
  return { eventType: known === null ? "order.imported" : "order.updated", entityType: "order", entityId, payload, at };
}
