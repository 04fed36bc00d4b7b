import type { JsonObject } from "@drumline/core/task";
import { Prisma, type Transaction } from "@drumline/db";

/** One change of a state, as the audit log keeps it. */
export interface Transition {
  readonly entityType:
    | "order"
    | "order_execution_plan"
    | "package"
    | "transfer_order"
    | "shipment"
    | "cancellation_plan"
    | "shop_order"
    | "shop_order_payment";
  readonly entityId: bigint;
  /** Null for something that has just come into being. */
  readonly oldState: string | null;
  readonly newState: string;
  /** What made it change. */
  readonly command: string;
  /** Who wanted it; the OMS itself unless somebody is named. */
  readonly actor?: string;
  readonly attributes?: JsonObject;
  readonly at: Date;
}

/** In the transaction of the changes themselves. */
export async function saveTransitions(tx: Transaction, transitions: readonly Transition[]): Promise<void> {
  if (transitions.length === 0) return;
  const rows = transitions.map((transition) => ({
    entity_type: transition.entityType,
    entity_id: String(transition.entityId),
    old_state: transition.oldState,
    new_state: transition.newState,
    command: transition.command,
    actor: transition.actor ?? "drumline",
    attributes: transition.attributes ?? {},
    at: transition.at,
  }));
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO state_transition_log (entity_type, entity_id, old_state, new_state, command, actor, attributes, at)
    SELECT entity_type, entity_id, old_state, new_state, command, actor, attributes, at
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS change(
      entity_type text, entity_id bigint, old_state text, new_state text, command text, actor text, attributes jsonb, at timestamptz)`);
}
