import { saveTransitions } from "@drumline/audit/state-log";
import type { JsonObject } from "@drumline/core/task";
import type { Transaction } from "@drumline/db";
import { saveEvents } from "@drumline/events/outbox";

import { lockEntities } from "../states/index.ts";
import type { PackageDecision } from "./decide-cancellation.ts";
import { reducePackages } from "./save-units.sql.ts";

/** Units are taken out of a package: its state stays, its items and its version change. */
export const REDUCE_PACKAGE = "REDUCE_PACKAGE";

/** A package that goes on with fewer units, and why. */
export interface Reduction {
  readonly decision: PackageDecision;
  /** For its log row and its event, such as the cancellation plan. */
  readonly cause: JsonObject;
}

/**
 * Takes units out of packages that go on with the rest. Somebody may be picking them: each has a log row and an event that
 * names its new version, with the items that are left. Under the locks of their orders.
 */
export async function takeUnits(
  tx: Transaction,
  reductions: readonly Reduction[],
  actor: string,
  at: Date,
): Promise<void> {
  const reduced = reductions.filter(({ decision }) => decision.kind === "REDUCE");
  if (reduced.length === 0) return;
  await reducePackages(
    tx,
    reduced.map(({ decision }) => decision),
    at,
  );
  const ids = reduced.map(({ decision }) => decision.package.id);
  const rows = new Map((await lockEntities(tx, "package", ids)).map((row) => [row.id, row]));
  const told = reduced.map(({ decision, cause }) => {
    const { id, state, version, facts } = rows.get(decision.package.id)!;
    return { id, state, version: version!, facts, attributes: { ...cause, taken: toTaken(decision) } };
  });
  await saveTransitions(
    tx,
    told.map(({ id, state, attributes }) => ({
      entityType: "package",
      entityId: id,
      oldState: state,
      newState: state,
      command: REDUCE_PACKAGE,
      actor,
      attributes,
      at,
    })),
  );
  await saveEvents(
    tx,
    told.map(({ id, state, version, facts, attributes }) => ({
      eventType: "package.status.transitioned",
      entityType: "package",
      entityId: id,
      payload: { ...facts, old_state: state, state, version, command: REDUCE_PACKAGE, attributes },
      at,
    })),
  );
}

function toTaken(decision: PackageDecision): JsonObject[] {
  const itemById = new Map(decision.package.items.map(({ id, orderItemId }) => [id, orderItemId]));
  return decision.taken.map(({ packageItemId, units }) => ({
    order_item_id: Number(itemById.get(packageItemId)!),
    quantity: units,
  }));
}
