import { type Database, Prisma, type Transaction } from "@drumline/db";

/** A part of Drumline that takes events out of the outbox for itself, beside whoever is told of them over HTTP. */
export interface EventReader {
  /** What it has taken is recorded under this name, which therefore stays. */
  readonly name: string;
  /** Exact types. With another list or another `since` it looks at the whole outbox once more, and takes what is new to it. */
  readonly eventTypes: readonly string[];
  /** What happened before is none of its business. */
  readonly since: Date;
}

/** An event as it was written; `payload` is for the reader to check. */
export interface ReadEvent {
  readonly id: string;
  readonly eventType: string;
  readonly entityType: string;
  readonly entityId: bigint;
  readonly payload: unknown;
  readonly at: Date;
}

/** Before all ids. */
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

interface Place {
  readonly transactionId: bigint;
  readonly id: string;
}

/**
 * Takes the next events that this reader has not taken yet, at most `limit`, in the caller's transaction: what it does with
 * them and the record that they are taken are committed together, or neither. Fewer than `limit` means that there are no more.
 * Of several that read under one name at once each waits for the one before, so that no event is taken twice.
 *
 * The trap: an event becomes visible when its transaction commits, and not in the order of its id, its time or a sequence. A
 * reader that remembers the last one it saw and goes on after it loses whatever was written before that and committed later. So
 * every event that was taken is a row, and the place from which the outbox is looked through moves only past transactions that
 * are over: below the oldest that is still open nothing can appear any more.
 */
export async function takeEvents(
  tx: Transaction,
  reader: EventReader,
  { limit, at }: { readonly limit: number; readonly at: Date },
): Promise<ReadEvent[]> {
  const from = await lockReader(tx, reader);
  const horizon = await findHorizon(tx);
  // Numbers of transactions begin anew in a database that was restored from a dump.
  const after = from.transactionId > horizon ? { transactionId: 0n, id: FIRST_ID } : from;
  return await tx.$queryRaw<ReadEvent[]>(Prisma.sql`
    WITH found AS MATERIALIZED (
      SELECT event.* FROM event_queue event WHERE ${isNewTo(reader, after)}
      ORDER BY transaction_id, id LIMIT ${limit}
    ), taken AS (
      INSERT INTO event_reading (event_id, reader, read_at)
      SELECT id, ${reader.name}, ${at} FROM found ORDER BY id ON CONFLICT (event_id, reader) DO NOTHING
      RETURNING event_id
    ), last AS (
      SELECT transaction_id, id FROM found ORDER BY transaction_id DESC, id DESC LIMIT 1
    ), place AS (
      SELECT transaction_id, id FROM last
      WHERE (SELECT count(*) FROM found) = ${limit} AND transaction_id < ${horizon}
      UNION ALL SELECT ${horizon}::bigint, ${FIRST_ID}::uuid
      ORDER BY transaction_id LIMIT 1
    ), moved AS (
      UPDATE event_reader SET read_to_transaction = place.transaction_id, read_to_id = place.id FROM place
      WHERE name = ${reader.name}
    )
    SELECT found.id, event_type AS "eventType", entity_type AS "entityType", entity_id AS "entityId", payload, created_at AS at
    FROM found JOIN taken ON taken.event_id = found.id ORDER BY transaction_id, found.id`);
}

/** Holds the reader's row until the transaction ends. */
async function lockReader(tx: Transaction, { name, eventTypes, since }: EventReader): Promise<Place> {
  const isSame = Prisma.sql`known.event_types = excluded.event_types AND known.since = excluded.since`;
  const [place] = await tx.$queryRaw<[Place]>(Prisma.sql`
    INSERT INTO event_reader AS known (name, event_types, since)
    VALUES (${name}, ${[...eventTypes].sort()}::text[], ${since})
    ON CONFLICT (name) DO UPDATE SET event_types = excluded.event_types, since = excluded.since,
      read_to_transaction = CASE WHEN ${isSame} THEN known.read_to_transaction ELSE 0 END,
      read_to_id = CASE WHEN ${isSame} THEN known.read_to_id ELSE ${FIRST_ID}::uuid END
    RETURNING read_to_transaction AS "transactionId", read_to_id::text AS id`);
  return place;
}

/** The oldest transaction that is open. A statement of its own, before the one that looks: what is below it, that one sees. */
async function findHorizon(tx: Transaction): Promise<bigint> {
  const [{ horizon }] = await tx.$queryRaw<[{ horizon: bigint }]>(Prisma.sql`
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon`);
  return horizon;
}

const isNewTo = ({ name, eventTypes, since }: EventReader, after: Place): Prisma.Sql => Prisma.sql`
  (event.transaction_id, event.id) > (${after.transactionId}, ${after.id}::uuid)
  AND event.event_type = ANY(${[...eventTypes]}::text[]) AND event.created_at >= ${since}
  AND NOT EXISTS (SELECT FROM event_reading WHERE event_id = event.id AND reader = ${name})`;

/** How many events wait for this reader, counted no further than `most`; for a dry run. */
export async function countUnreadEvents(db: Database, reader: EventReader, most: number): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM (
      SELECT FROM event_queue event WHERE ${isNewTo(reader, { transactionId: 0n, id: FIRST_ID })} LIMIT ${most}) AS unread`);
  return row.count;
}

/** Nobody reads under this name any more, so that no event is kept for it. What it has taken stays on record. */
export async function forgetReader(db: Database | Transaction, name: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`DELETE FROM event_reader WHERE name = ${name}`);
}

/** True of an event (a row `record` of `event_queue`) that a reader has not taken yet: part of a statement that deletes. */
export const isUnread: Prisma.Sql = Prisma.sql`EXISTS (
  SELECT FROM event_reader reader
  WHERE record.event_type = ANY(reader.event_types) AND record.created_at >= reader.since
    AND (record.transaction_id, record.id) > (reader.read_to_transaction, reader.read_to_id)
    AND NOT EXISTS (SELECT FROM event_reading WHERE event_id = record.id AND reader = reader.name))`;
