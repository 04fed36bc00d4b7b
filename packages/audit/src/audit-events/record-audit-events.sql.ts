import { cutText } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { timeOrderedId } from "./time-ordered-id.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** Who did what to which thing, and what it was about. */
export interface AuditEvent {
  readonly timestamp: Date;
  readonly actor: string | null;
  readonly remoteAddr?: string | null;
  /** The request that asked for it. */
  readonly url?: string | null;
  readonly entityType: string;
  readonly entityId: string;
  /** Any JSON; values of fields named like secrets are not kept. */
  readonly content: unknown;
}

/** In the transaction of what it tells about, where there is one. */
export async function recordAuditEvents(db: Database | Transaction, events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({
    id: timeOrderedId(event.timestamp),
    timestamp: event.timestamp,
    actor: event.actor,
    remote_addr: event.remoteAddr ?? null,
    url: event.url == null ? null : cutText(event.url, 1_000),
    entity_type: event.entityType,
    entity_id: event.entityId,
    content: withoutSecrets(event.content),
  }));
  await db.$executeRaw(Prisma.sql`
    INSERT INTO audit_event (id, timestamp, actor, remote_addr, url, entity_type, entity_id, content)
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS event(
      id uuid, timestamp timestamptz, actor text, remote_addr text, url text, entity_type text, entity_id text, content jsonb)`);
}
