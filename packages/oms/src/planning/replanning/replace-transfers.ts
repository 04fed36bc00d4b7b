import { saveTransitions } from "@drumline/audit/state-log";
import type { Transaction } from "@drumline/db";
import { saveEvents } from "@drumline/events/outbox";

import { groupBy } from "../../group-by.ts";
import { type NewReservation, saveReservations } from "../../reservations/save-reservations.sql.ts";
import { applyTransitions, type StateChange } from "../../states/index.ts";
import { toTransferEvent } from "../fulfilment/save-plans.ts";
import { saveTransfers } from "../fulfilment/save-transfers.sql.ts";
import type { Location } from "../rules/location.ts";
import { type Placement, unitsOf } from "../rules/place-lines.ts";
import { type PlannedPackage, type PlannedTransfer, transferNumber } from "../rules/planned-package.ts";
import type { DueTransfer } from "./due-transfers.sql.ts";

/** A due transfer and where its units come from instead. */
export interface Resourced {
  readonly due: DueTransfer;
  readonly placements: readonly Placement[];
}

/**
 * New transfers in the place of those that found nothing, and reservations for what the destination has itself, in the
 * transaction that holds the stock's locks. A package that now waits for no transfer goes on.
 */
export async function replaceTransfers(
  tx: Transaction,
  resourced: readonly Resourced[],
  actor: string,
  at: Date,
): Promise<void> {
  if (resourced.length === 0) return;
  const planned = resourced.map(({ due, placements }) => ({ due, to: toPackage(due, placements) }));
  const byNumber = new Map(resourced.map(({ due }) => [due.packageNumber, due]));
  const ids = await saveTransfers(
    tx,
    planned.map(({ due, to }) => ({ order: due.order, packages: [to] })),
    {
      package: (number) => byNumber.get(number)!.packageId,
      item: (number, orderItemId) => byNumber.get(number)!.packageItemIds.get(orderItemId)!,
    },
    at,
  );
  const transfers = planned.flatMap(({ to }) => to.transfers.map((transfer) => ({ transfer, to })));
  await saveReservations(
    tx,
    [
      ...resourced.flatMap(toOwnReservations),
      ...transfers.flatMap(({ transfer: { number, source, items } }) =>
        items.map(({ line, units }) => ({
          type: "TRANSFER" as const,
          locationId: source.id,
          productId: line.productId,
          quantity: units,
          packageItemId: null,
          transferItemId: ids.item(number, line.orderItemId),
        })),
      ),
    ],
    at,
  );
  await saveTransitions(
    tx,
    transfers.map(({ transfer }) => ({
      entityType: "transfer_order",
      entityId: ids.transfer(transfer.number),
      oldState: null,
      newState: "WAITING",
      command: "TRANSFER_REPLAN",
      actor,
      at,
    })),
  );
  await saveEvents(
    tx,
    transfers.map(({ transfer, to }) => toTransferEvent(transfer, to, ids.transfer(transfer.number), at)),
  );
  await applyTransitions(
    tx,
    planned.map(({ due, to }): StateChange => ({
      entity: "transfer_order",
      id: due.transferId,
      command: "TRANSFER_REPLAN",
      actor,
      attributes: { replanned_to: to.transfers.map(({ number }) => number) },
    })),
    at,
  );
}

function toOwnReservations({ due, placements }: Resourced): NewReservation[] {
  const own = placements.filter(({ location }) => location.id === due.destinationId);
  return own.map(({ line, units }) => ({
    type: "ORDER",
    locationId: due.destinationId,
    productId: line.productId,
    quantity: units,
    packageItemId: due.packageItemIds.get(line.orderItemId)!,
    transferItemId: null,
  }));
}

type Fetching = Pick<PlannedPackage, "number" | "location" | "transfers">;

function toPackage(due: DueTransfer, placements: readonly Placement[]): Fetching {
  const fetched = placements.filter(({ location }) => location.id !== due.destinationId);
  const transfers = [...groupBy(fetched, ({ location }) => location)].map(
    ([source, parts], index): PlannedTransfer => ({
      number: transferNumber(due.packageNumber, due.transfersSoFar + index + 1),
      source,
      items: [...groupBy(parts, ({ line }) => line)].map(([line, units]) => ({ line, units: unitsOf(units) })),
    }),
  );
  const location = { id: due.destinationId, erpCode: due.destination } as Location;
  return { number: due.packageNumber, location, transfers };
}
