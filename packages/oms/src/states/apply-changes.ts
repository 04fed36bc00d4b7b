import type { Transaction } from "@drumline/db";
import { saveEvents } from "@drumline/events/outbox";

import { groupBy } from "../group-by.ts";
import { saveTransitions } from "@drumline/audit/state-log";
import { syncReservations } from "./sync-reservations.sql.ts";
import { type AppliedTransition, checkChanges, type StateChange, type TransitionOutcome } from "./check-changes.ts";
import { lockEntities, type LockedEntity, lockOrdersOf, type NewState, updateStates } from "./entity-states.sql.ts";
import { toEvent } from "./transition-event.ts";
import type { Entity } from "./transition-rules.ts";

/** Locks, checks, writes, logs and tells; what the changes mean for other entities is `applyTransitions`' part. */
export async function applyChanges(
  tx: Transaction,
  changes: readonly StateChange[],
  at: Date,
): Promise<ChangesOutcome> {
  if (changes.length === 0) return { applied: [], refused: [], orderIds: [] };
  const entities = await lockAll(tx, changes);
  const outcome = checkChanges(changes, entities);
  for (const [entity, steps] of groupBy(outcome.applied, ({ change }) => change.entity))
    await updateStates(tx, entity, endsOf(steps), at);
  await syncReservations(tx, outcome.applied, at);
  await saveTransitions(
    tx,
    outcome.applied.map(({ change, from, to }) => ({
      entityType: change.entity,
      entityId: change.id,
      oldState: from,
      newState: to,
      command: change.command,
      actor: change.actor,
      attributes: change.attributes ?? {},
      at,
    })),
  );
  await saveEvents(
    tx,
    outcome.applied.flatMap((step) => toEvent(step, entities.get(step.change.entity)!.get(step.change.id)!, at) ?? []),
  );
  const owners = outcome.applied.map(({ change }) => entities.get(change.entity)!.get(change.id)!.orderId);
  return { ...outcome, orderIds: [...new Set(owners.filter((id) => id !== null))] };
}

/** What became of the changes. */
export interface ChangesOutcome extends TransitionOutcome {
  /** The orders of what was changed. */
  readonly orderIds: readonly bigint[];
}

async function lockAll(
  tx: Transaction,
  changes: readonly StateChange[],
): Promise<ReadonlyMap<Entity, ReadonlyMap<bigint, LockedEntity>>> {
  const idsByEntity = new Map(
    [...groupBy(changes, ({ entity }) => entity)].map(
      ([entity, group]) => [entity, group.map(({ id }) => id)] as const,
    ),
  );
  await lockOrdersOf(tx, idsByEntity);
  const rows = new Map<Entity, ReadonlyMap<bigint, LockedEntity>>();
  for (const [entity, ids] of idsByEntity)
    rows.set(entity, new Map((await lockEntities(tx, entity, ids)).map((row) => [row.id, row])));
  return rows;
}

function endsOf(steps: readonly AppliedTransition[]): NewState[] {
  return [...groupBy(steps, ({ change }) => change.id)].map(([id, group]) => {
    const last = group.at(-1)!;
    const reason = last.change.attributes?.["reason"];
    return {
      id,
      from: last.from,
      to: last.to,
      steps: group.length,
      reason: typeof reason === "string" ? reason : last.change.command,
    };
  });
}
