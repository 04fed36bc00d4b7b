import type { Transaction } from "@drumline/db";

import { type NewMessage, saveMessages } from "../messages/save-messages.sql.ts";
import { toStatusCode } from "../gateways/omnitron/order-status.ts";
import { applyChanges } from "./apply-changes.ts";
import { type DerivedOrder, deriveOrder } from "./derive-order.ts";
import { type FullPicture, loadPictures, updateItemStates } from "./order-picture.sql.ts";
import type { StateChange } from "./state-change.ts";

/**
 * Brings orders, items and plans up to what their packages say, and queues for Omnitron what has changed: once per
 * change, since an order that already says so is left alone. Part of every change of a package; by itself only for units
 * cancelled before they were in one. The orders must be locked.
 */
export async function followOrders(tx: Transaction, orderIds: readonly bigint[], at: Date): Promise<void> {
  if (orderIds.length === 0) return;
  const changes: StateChange[] = [];
  const items: DerivedOrder["items"][number][] = [];
  const messages: NewMessage[] = [];
  for (const picture of await loadPictures(tx, orderIds)) {
    const derived = deriveOrder(picture);
    const moved = derived.items.filter(({ state }, index) => state !== picture.items[index]!.state);
    const { plan } = picture;
    items.push(...moved);
    if (derived.state !== picture.state)
      changes.push({ ...follow, entity: "order", id: picture.id, to: derived.state as "APPROVED" });
    if (plan !== null && derived.planState !== plan.state)
      changes.push({ ...follow, entity: "order_execution_plan", id: plan.id, to: derived.planState as "PENDING" });
    if (derived.state !== picture.state || moved.length > 0) messages.push(toMessage(picture, derived));
  }
  await updateItemStates(tx, items);
  await applyChanges(tx, changes, at);
  await saveMessages(tx, messages, at);
}

const follow = { command: "FOLLOW_PACKAGES", actor: "drumline" } as const;

/** The whole order as it now is: units that are cancelled beside those that are not. */
function toMessage({ id, number, items }: FullPicture, derived: DerivedOrder): NewMessage {
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
