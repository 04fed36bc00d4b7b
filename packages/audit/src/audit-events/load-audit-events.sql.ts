import { type Database, Prisma } from "@drumline/db";

export interface AuditEventRow {
  readonly id: string;
  readonly at: Date;
  readonly actor: string | null;
  readonly remoteAddr: string | null;
  readonly url: string | null;
  readonly entityType: string;
  readonly entityId: string;
  readonly content: unknown;
}

export interface AuditEventFilter {
  readonly actor?: string | undefined;
  readonly entityType?: string | undefined;
  readonly entityId?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** Newest first; those that are archived are not among them. */
export function loadAuditEvents(
  db: Database,
  { actor, entityType, entityId, since, until }: AuditEventFilter,
  after: { readonly at: Date; readonly id: string } | null,
  limit: number,
): Promise<AuditEventRow[]> {
  const conditions = [
    ...(actor === undefined ? [] : [Prisma.sql`actor = ${actor}`]),
    ...(entityType === undefined ? [] : [Prisma.sql`entity_type = ${entityType}`]),
    ...(entityId === undefined ? [] : [Prisma.sql`entity_id = ${entityId}`]),
    ...(since === undefined ? [] : [Prisma.sql`timestamp >= ${since}`]),
    ...(until === undefined ? [] : [Prisma.sql`timestamp < ${until}`]),
    // The first half is what the index is walked by.
    ...(after === null
      ? []
      : [Prisma.sql`timestamp <= ${after.at} AND (timestamp, id) < (${after.at}::timestamptz, ${after.id}::uuid)`]),
  ];
  return db.$queryRaw<AuditEventRow[]>(Prisma.sql`
    SELECT id, timestamp AS at, actor, remote_addr AS "remoteAddr", url, entity_type AS "entityType",
      entity_id AS "entityId", content
    FROM audit_event ${conditions.length === 0 ? Prisma.empty : Prisma.sql`WHERE ${Prisma.join(conditions, " AND ")}`}
    ORDER BY timestamp DESC, id DESC LIMIT ${limit}`);
}
