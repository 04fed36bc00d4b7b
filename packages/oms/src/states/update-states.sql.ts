import { Prisma, type Transaction } from "@drumline/db";

import { EXCEPTION_STATES } from "./package-states.ts";
import type { Entity } from "./state-change.ts";

/** Where an entity ends up after a batch of changes. */
export interface NewState {
  readonly id: bigint;
  readonly from: string;
  readonly to: string;
  /** Changes that led there. */
  readonly steps: number;
  readonly reason: string | null;
}

/** Only under the locks of `lockStandings`: the one place where a state is written. */
export async function updateStates(
  tx: Transaction,
  entity: Entity,
  states: readonly NewState[],
  at: Date,
): Promise<void> {
  const rows = states.map(({ id, ...state }) => ({ ...state, id: String(id) }));
  await tx.$executeRaw(Prisma.sql`
    ${UPDATES[entity](at)}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS new(id bigint, "from" text, "to" text, steps int, reason text)
    WHERE one.id = new.id`);
  if (entity === "package") await followItems(tx, states);
  if (entity === "transfer_order") await followTransferItems(tx, states);
}

const UPDATES: Readonly<Record<Entity, (at: Date) => Prisma.Sql>> = {
  order: (at) => Prisma.sql`UPDATE orders one SET state = new.to::order_state, updated_at = ${at}`,
  order_execution_plan: (at) => Prisma.sql`
    UPDATE order_execution_plan one SET state = new.to::plan_state, updated_at = ${at}`,
  // A package that needs planning again is due at once; any other has no such date.
  package: (at) => Prisma.sql`
    UPDATE package one SET
      state = new.to::package_state, state_before = new.from::package_state, version = version + new.steps,
      next_replan_at = CASE WHEN new.to = ANY(${[...EXCEPTION_STATES]}::text[]) THEN ${at}::timestamptz END,
      cancel_reason = CASE WHEN new.to = 'CANCELLED' THEN new.reason ELSE cancel_reason END,
      updated_at = ${at}`,
  transfer_order: (at) => Prisma.sql`
    UPDATE transfer_order one SET
      state = new.to::transfer_state,
      next_retry_at = CASE WHEN new.to = 'OUT_OF_STOCK' THEN ${at}::timestamptz END, updated_at = ${at}`,
  shipment: (at) => Prisma.sql`UPDATE shipment one SET status = new.to::shipment_status, updated_at = ${at}`,
  cancellation_plan: (at) => Prisma.sql`
    UPDATE cancellation_plan one SET status = new.to::cancellation_plan_status, updated_at = ${at}`,
};

async function followItems(tx: Transaction, states: readonly NewState[]): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE package_item item SET state = package.state FROM package
    WHERE item.state <> 'CANCELLED' AND item.package_id = package.id AND package.id = ANY(${states.map(({ id }) => id)}::bigint[])`);
}

async function followTransferItems(tx: Transaction, states: readonly NewState[]): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE transfer_item item SET state = transfer_order.state FROM transfer_order
    WHERE item.transfer_order_id = transfer_order.id AND transfer_order.id = ANY(${states.map(({ id }) => id)}::bigint[])`);
}
