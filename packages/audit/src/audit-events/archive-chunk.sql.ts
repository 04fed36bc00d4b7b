import { type Database, Prisma } from "@drumline/db";

/** What one statement moved. */
export interface ArchivedChunk {
  readonly moved: number;
  /** The newest instant among them; null when there was none. */
  readonly until: Date | null;
}

/**
 * Moves the oldest audit events of before `before` in one statement: a crash leaves each of them in one of the two
 * tables. Fewer than `limit` means that none is left which nobody else is moving. `from` passes over what earlier chunks
 * have moved, whose dead index entries would be read again with every chunk.
 */
export async function archiveChunk(
  db: Database,
  { from, before, archivedAt, limit }: { from: Date | null; before: Date; archivedAt: Date; limit: number },
): Promise<ArchivedChunk> {
  const [row] = await db.$queryRaw<[ArchivedChunk]>(Prisma.sql`
    WITH moved AS (
      DELETE FROM audit_event
      WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM audit_event WHERE timestamp <= ${before} AND timestamp >= coalesce(${from}, '-infinity'::timestamptz)
        ORDER BY timestamp LIMIT ${limit} FOR UPDATE SKIP LOCKED))
      RETURNING *
    ), archived AS (
      INSERT INTO archived_audit_event (id, timestamp, actor, remote_addr, url, entity_type, entity_id, content, archived_at)
      SELECT id, timestamp, actor, remote_addr, url, entity_type, entity_id, content, ${archivedAt} FROM moved
      ON CONFLICT (id) DO NOTHING
    )
    SELECT count(*)::int AS moved, max(timestamp) AS until FROM moved`);
  return row;
}

/** An old audit event as a dry run lists it. */
export interface OldAuditEvent {
  readonly id: string;
  readonly timestamp: Date;
  readonly entityType: string;
  readonly entityId: string;
}

/** Audit events that are due for the archive. */
export async function countOldAuditEvents(db: Database, before: Date): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM audit_event WHERE timestamp <= ${before}`);
  return row.count;
}

/** The oldest; for a dry run. */
export async function findOldAuditEvents(db: Database, before: Date, limit: number): Promise<OldAuditEvent[]> {
  return await db.$queryRaw<OldAuditEvent[]>(Prisma.sql`
    SELECT id, timestamp, entity_type AS "entityType", entity_id AS "entityId"
    FROM audit_event WHERE timestamp <= ${before} ORDER BY timestamp LIMIT ${limit}`);
}
