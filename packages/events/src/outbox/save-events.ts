import { randomUUID } from "node:crypto";

import type { JsonObject } from "@drumline/core/task";
import { Prisma, type Transaction } from "@drumline/db";

/** Something that happened, for whoever subscribed to its type. */
export interface OutboxEvent {
  /** Such as `package.created`. */
  readonly eventType: string;
  readonly entityType: string;
  readonly entityId: bigint;
  readonly payload: JsonObject;
  readonly at: Date;
  /** A uuid made of what it tells, for what must be told once however often it is found; else it is a random one. */
  readonly id?: string;
}

/** Puts events into the outbox, in the transaction of the change they tell about: both happen, or neither. */
export async function saveEvents(tx: Transaction, events: readonly OutboxEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({
    id: event.id ?? randomUUID(),
    event_type: event.eventType,
    entity_type: event.entityType,
    entity_id: String(event.entityId),
    payload: event.payload,
    at: event.at,
  }));
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO event_queue (id, event_type, entity_type, entity_id, payload, created_at, modified_at)
    SELECT id, event_type, entity_type, entity_id, payload, at, at
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS event(id uuid, event_type text, entity_type text, entity_id bigint, payload jsonb, at timestamptz)
    ON CONFLICT (id) DO NOTHING`);
}
