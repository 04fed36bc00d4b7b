import type { Transaction } from "@drumline/db";

import { applyChanges } from "./apply-changes.ts";
import { findStepsBehindParcels } from "./behind-parcels.sql.ts";
import type { AppliedTransition, StateChange, TransitionOutcome } from "./check-changes.ts";
import { findArrivedPackages } from "./entity-states.sql.ts";
import { callBackParcelsOfCancelled } from "./parcels-of-cancelled.sql.ts";
import { syncOrderStates } from "./sync-order-states.ts";

/**
 * The one way a state changes: under locks, by the table of allowed transitions, with its log row, its outbox event and
 * what follows from it (items, reservations, a package that is behind its parcel, one whose transfers have all arrived, a
 * parcel that is not wanted any more, its plan, its order and what Omnitron is told), all in the caller's transaction. What
 * is not allowed is refused and changes nothing; the others go on. Who saves what takes a package's place right behind it
 * syncs the orders itself then: in between they would ask to be planned. Hand over all changes of a transaction at once: orders are locked by id, and a second call may
 * meet another transaction's locks in the other order.
 */
export async function applyTransitions(
  tx: Transaction,
  changes: readonly StateChange[],
  at: Date,
  { syncsOrders = true }: { readonly syncsOrders?: boolean } = {},
): Promise<TransitionOutcome> {
  if (changes.length === 0) return { applied: [], refused: [] };
  const { orderIds, applied, refused } = await applyChanges(tx, changes, at);
  const following = [
    ...(await findStepsBehindParcels(tx, applied)),
    ...(await callBackParcelsOfCancelled(tx, applied, at)),
  ];
  const outcome = { applied: [...applied, ...(await applyChanges(tx, following, at)).applied], refused };
  await applyArrivals(tx, outcome.applied, at);
  if (syncsOrders && outcome.applied.some(({ change }) => change.entity === "package"))
    await syncOrderStates(tx, orderIds, at);
  return outcome;
}

const ENDS_WAITING: ReadonlySet<string> = new Set(["TRANSFER_TRANSFERRED", "TRANSFER_REPLAN"]);

/** Takes packages whose last transfer has arrived, or was replaced by what is there, into the store's hands. */
async function applyArrivals(tx: Transaction, applied: readonly AppliedTransition[], at: Date): Promise<void> {
  const arrivals = applied
    .map(({ change }) => change)
    .filter(({ entity, command }) => entity === "transfer_order" && ENDS_WAITING.has(command));
  if (arrivals.length === 0) return;
  const packageIds = await findArrivedPackages(
    tx,
    arrivals.map(({ id }) => id),
  );
  await applyChanges(
    tx,
    packageIds.map((id) => ({ entity: "package", id, command: "TRANSFERS_ARRIVED", actor: arrivals[0]!.actor })),
    at,
  );
}
