import type { JsonObject } from "@drumline/core/task";

import type { StateChange } from "../states/index.ts";
import type { CancellationDecision, PackageDecision } from "./decide-cancellation.ts";

/** What a decision does to packages, transfers and parcels. */
export function toChanges({ packages, facts }: CancellationDecision, actor: string): StateChange[] {
  return packages.flatMap((decision) => changesOf(decision, toCause(facts), actor));
}

/** Why, for logs and events: Omnitron's plan, or the order as Omnitron has changed it. */
export const toCause = ({ pk, orderNumber }: Pick<CancellationDecision["facts"], "pk" | "orderNumber">): JsonObject =>
  pk === null ? { changed_order: orderNumber } : { cancellation_plan: String(pk) };

function changesOf(
  { package: one, kind, keepsTransfers, waitsFor, deletesShipment }: PackageDecision,
  attributes: JsonObject,
  actor: string,
): StateChange[] {
  const entity = "package";
  const { id } = one;
  const isOnHold = one.state === "CANCELLATION_WAITING";
  const isForTransfer = (isOnHold ? one.stateBefore : one.state) === "WAITING_FOR_TRANSFER";
  const cancelledTransfers = one.transfers.flatMap(({ id: transferId, parcel }): StateChange[] => [
    { entity: "transfer_order", id: transferId, command: "TRANSFER_CANCEL", actor },
    ...(parcel?.status === "CREATED"
      ? [{ entity: "shipment", id: parcel.id, command: "DELETE_SHIPMENT", actor } as const]
      : []),
  ]);
  switch (kind) {
    case "CANCEL":
      return [
        ...cancelledTransfers,
        ...(deletesShipment
          ? [{ entity: "shipment", id: one.shipment!.id, command: "DELETE_SHIPMENT", actor } as const]
          : []),
        { entity, id, command: "CANCEL_PACKAGE", actor, attributes: { ...attributes, reason: "CANCELLED" } },
      ];
    case "AWAIT":
      return [{ entity, id, command: "AWAIT_CANCELLATION", actor, attributes: { ...attributes, waits_for: waitsFor } }];
    case "RESUME":
      // It goes on once nothing else holds it: `planHolds` decides that.
      return [];
    case "REDUCE":
      return [
        ...(isOnHold && isForTransfer && !keepsTransfers
          ? [{ entity, id, command: "RESUME_PACKAGE", actor, attributes } as const]
          : []),
        ...(keepsTransfers ? [] : cancelledTransfers),
        // What is left of it is in stock again, or has to be planned anew.
        ...(isForTransfer && !keepsTransfers
          ? [
              {
                entity,
                id,
                command: cancelledTransfers.length > 0 ? "TRANSFER_CANCELLED" : "TRANSFERS_ARRIVED",
                actor,
              } as const,
            ]
          : []),
      ];
  }
}
