import type { Transaction } from "@drumline/db";

import { type NewMessage, saveMessages } from "../messages/messages.sql.ts";
import { applyChanges } from "./apply-changes.ts";
import type { StateChange } from "./check-changes.ts";
import type { PlanState } from "./transition-rules.ts";
import { type DerivedOrder, deriveOrder, ITEM_STOPS, STOPPED_STATES } from "./derive-order.ts";
import { loadHoldablePackages, saveHoldReasons, type StoppableOrder } from "./holds.sql.ts";
import { planHolds } from "./plan-holds.ts";
import { type NumberedOrder, loadOrderSnapshots, updateItemStates } from "./order-snapshot.sql.ts";
import { toStatusCode } from "../gateways/omnitron/order-status.ts";

/**
 * Brings orders, items and plans up to what their packages say, and queues for Omnitron what has changed: once per
 * change, since an order that already says so is left alone. Part of every change of a package; by itself only for units
 * cancelled before they were in one. The orders must be locked.
 */
export async function syncOrderStates(tx: Transaction, orderIds: readonly bigint[], at: Date): Promise<void> {
  if (orderIds.length === 0) return;
  const changes: StateChange[] = [];
  const items: DerivedOrder["items"][number][] = [];
  const messages: NewMessage[] = [];
  const stoppable: StoppableOrder[] = [];
  for (const snapshot of await loadOrderSnapshots(tx, orderIds)) {
    const derived = deriveOrder(snapshot);
    const moved = derived.items.filter(({ state }, index) => state !== snapshot.items[index]!.state);
    const { plan } = snapshot;
    items.push(...moved);
    if (derived.state !== snapshot.state)
      changes.push({ ...follow, entity: "order", id: snapshot.id, to: derived.state as "APPROVED" });
    if (plan !== null && derived.planState !== plan.state) changes.push(toPlanChange(plan.id, derived.planState!));
    const order = toStoppable(derived);
    if (snapshot.hasHeldPackage || order.isStopped || order.stoppedItemIds.length > 0) stoppable.push(order);
    if (derived.state !== snapshot.state || moved.length > 0) messages.push(toMessage(snapshot, derived));
  }
  await updateItemStates(tx, items);
  const holds = planHolds(await loadHoldablePackages(tx, stoppable));
  await applyChanges(tx, [...changes, ...holds], at);
  await saveHoldReasons(
    tx,
    holds.map(({ id }) => id),
  );
  await saveMessages(tx, messages, at);
}

const follow = { command: "FOLLOW_PACKAGES", actor: "drumline" } as const;

const toPlanChange = (id: bigint, to: PlanState): StateChange =>
  to === "START"
    ? { entity: "order_execution_plan", id, command: "REOPEN", actor: "drumline" }
    : { ...follow, entity: "order_execution_plan", id, to };

const toStoppable = ({ id, state, items }: DerivedOrder): StoppableOrder => ({
  id,
  isStopped: STOPPED_STATES.has(state),
  stoppedItemIds: items.filter((item) => ITEM_STOPS.has(item.state)).map((item) => item.id),
});

/** The whole order as it now is: units that are cancelled beside those that are not. */
function toMessage({ id, number, items }: NumberedOrder, derived: DerivedOrder): NewMessage {
  return {
    orderId: id,
    path: `/api/i1/orders/${encodeURIComponent(number)}/status`,
    body: {
      order_status: toStatusCode(derived.state),
      items: items.flatMap(({ pk, quantity, cancelled }, index) =>
        [
          { pk: Number(pk), status: toStatusCode("CANCELLED"), quantity: cancelled },
          { pk: Number(pk), status: toStatusCode(derived.items[index]!.state), quantity: quantity - cancelled },
        ].filter((part) => part.quantity > 0),
      ),
    },
  };
}
