import type { OutboxEvent } from "@drumline/events/outbox";

import type { AppliedTransition } from "./check-changes.ts";
import type { LockedEntity } from "./entity-states.sql.ts";
import type { Entity } from "./transition-rules.ts";

/** The events the outside may subscribe to (oms-domain 6): one per change, of the most telling type. */
export function toEvent(
  { change, from, to, heldFrom }: AppliedTransition,
  entity: LockedEntity,
  at: Date,
): OutboxEvent | null {
  // What stays in its state has events of what was changed instead.
  if (from === to) return null;
  const eventType = TYPES[change.entity]?.(to, change.command) ?? null;
  if (eventType === null) return null;
  return {
    eventType,
    entityType: change.entity,
    entityId: change.id,
    payload: {
      ...entity.facts,
      old_state: from,
      ...(heldFrom === undefined ? {} : { held_from: heldFrom }),
      state: to,
      command: change.command,
      ...(change.attributes === undefined ? {} : { attributes: change.attributes }),
    },
    at,
  };
}

const TYPES: Readonly<Partial<Record<Entity, (to: string, command: string) => string>>> = {
  order: () => "order.status.updated",
  package: (to, command) =>
    command === "REFUSE" ? "package.refused" : (PACKAGE_TYPES[to] ?? "package.status.transitioned"),
  transfer_order: (to) => TRANSFER_TYPES[to] ?? "transfer.status.transitioned",
  shipment: (to) => (to === "DELETED" ? "shipment.cancelled" : "shipment.status.updated"),
};

const PACKAGE_TYPES: Readonly<Record<string, string>> = {
  PACKED: "package.status.packed",
  CANCELLED: "package.status.cancelled",
  SHIPPED: "package.status.shipped",
  PACKED_FOR_REFUND: "package.status.packed_for_refund",
};

const TRANSFER_TYPES: Readonly<Record<string, string>> = {
  READY_TO_SHIPMENT: "transfer.status.ready_to_shipment",
  IN_TRANSIT: "transfer.status.in_transit",
  TRANSFERRED: "transfer.status.transferred",
  CANCELLED: "transfer.status.cancelled",
};
