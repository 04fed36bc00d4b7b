import { type Database, Prisma } from "@drumline/db";

/**
 * Moves the oldest audit events of before `before` in one statement: a crash leaves each of them in one of the two
 * tables. Returns how many were moved; fewer than `limit` means that none is left which nobody else is moving.
 */
export async function archiveChunk(
  db: Database,
  { before, archivedAt, limit }: { before: Date; archivedAt: Date; limit: number },
): Promise<number> {
  const [row] = await db.$queryRaw<[{ moved: number }]>(Prisma.sql`
    WITH moved AS (
      DELETE FROM audit_event
      WHERE id = ANY(ARRAY(
        SELECT id FROM audit_event WHERE timestamp <= ${before}
        ORDER BY timestamp LIMIT ${limit} FOR UPDATE SKIP LOCKED))
      RETURNING *
    ), archived AS (
      INSERT INTO archived_audit_event (id, timestamp, actor, remote_addr, url, entity_type, entity_id, content, archived_at)
      SELECT id, timestamp, actor, remote_addr, url, entity_type, entity_id, content, ${archivedAt} FROM moved
      ON CONFLICT (id) DO NOTHING
    )
    SELECT count(*)::int AS moved FROM moved`);
  return row.moved;
}

export interface OldAuditEvent {
  readonly id: string;
  readonly timestamp: Date;
  readonly entityType: string;
  readonly entityId: string;
}

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
