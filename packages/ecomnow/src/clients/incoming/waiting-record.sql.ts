import { createHash } from "node:crypto";

import { backoffAfter, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { type JsonObject, type JsonValue, pauseEnd, type Turn } from "@drumline/core/task";
import { cutText, toStorableText } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { Entity } from "../endpoint.sql.ts";

export type WaitingReason = "ORDER_MISSING" | "UNREADABLE" | "REFUSED";

/** A record that cannot be taken in yet, and the page it came in. */
export interface NewWaiting {
  /** The client's own id; null where it cannot be told from what came. */
  readonly externalId: string | null;
  readonly reason: WaitingReason;
  readonly why: string;
  /** As it was mapped; null where that failed. */
  readonly data: JsonObject | null;
  /** The order it waits for. */
  readonly order: string | null;
  /** As the client sent it; undefined where that is not known whole. */
  readonly raw: JsonValue | undefined;
  readonly page: { readonly cursor: string | null; readonly limit: number; readonly no: number };
  /** When it came first. */
  readonly since: Date;
  /** Tries that did not take it in. */
  readonly attempts: number;
}

export interface WaitingRecord extends NewWaiting {
  readonly id: bigint;
  readonly name: string;
  /** When this version of it came. */
  readonly receivedAt: Date;
}

/** After a minute, two, four …, six hours at most. */
export const planAttempt = (attempts: number, turn: Turn): Date =>
  pauseEnd(turn, backoffAfter(attempts + 1, { firstMs: MINUTE_MS, longestMs: 6 * HOUR_MS }));

const MOST_RAW_CHARACTERS = 65_536;
const MOST_WHY_CODE_POINTS = 2_000;
/** An index takes a text of some 2,700 bytes. */
const MOST_NAME_CODE_POINTS = 200;

/** Keeps records until they can be taken in; one that waits already is kept in its new version. How many of the flow wait. */
export async function keepWaiting(
  tx: Transaction,
  endpointId: bigint,
  records: readonly NewWaiting[],
  turn: Turn,
): Promise<number> {
  if (records.length === 0) return 0;
  const rows = new Map(records.map((record) => [nameOf(record), toRow(record, turn)]));
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO ecomnow_waiting_record AS known (endpoint_id, name, external_id, reason, why, data, order_external_id, raw,
      page_cursor, page_limit, record_no, attempts, next_attempt_at, since, received_at)
    SELECT ${endpointId}, name, external_id, reason, why, data, "order", raw, cursor, "limit", no, attempts, next, since, ${turn.now}
    FROM jsonb_to_recordset(${JSON.stringify([...rows.values()])}::jsonb) AS row(name text, external_id text,
      reason ecomnow_waiting_reason, why text, data jsonb, "order" text, raw text, cursor text, "limit" int, no int, attempts int, next timestamptz,
      since timestamptz)
    ORDER BY name
    ON CONFLICT (endpoint_id, name) DO UPDATE SET external_id = excluded.external_id, reason = excluded.reason,
      why = excluded.why, data = excluded.data, order_external_id = excluded.order_external_id, raw = excluded.raw,
      page_cursor = excluded.page_cursor, page_limit = excluded.page_limit, record_no = excluded.record_no,
      received_at = excluded.received_at, attempts = greatest(known.attempts, excluded.attempts),
      next_attempt_at = CASE WHEN excluded.attempts > known.attempts THEN excluded.next_attempt_at ELSE known.next_attempt_at END`);
  return await tx.ecomnowWaitingRecord.count({ where: { endpointId } });
}

function toRow(record: NewWaiting, turn: Turn) {
  const { externalId, reason, why, data, order, raw, page, since, attempts } = record;
  const text = raw === undefined ? null : JSON.stringify(raw);
  return {
    name: nameOf(record),
    external_id: externalId === null ? null : toStorableText(externalId),
    reason,
    why: toStorableText(why, MOST_WHY_CODE_POINTS),
    data,
    order,
    raw: text === null || text.length > MOST_RAW_CHARACTERS ? null : text,
    ...page,
    attempts,
    next: planAttempt(attempts, turn),
    since,
  };
}

const nameOf = ({ externalId, page }: NewWaiting): string =>
  toName(
    externalId ?? `record ${page.no} of the page ${page.cursor === null ? "at the beginning" : `after ${page.cursor}`}`,
  );

/** What a record is kept under; one that is too long for an index by its beginning and a hash. */
export function toName(text: string): string {
  const storable = toStorableText(text);
  if (storable.length <= MOST_NAME_CODE_POINTS) return storable;
  return `${cutText(storable, MOST_NAME_CODE_POINTS)}… ${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}

const columns = Prisma.sql`
  waiting.id, waiting.name, waiting.external_id AS "externalId", reason::text, why, data, order_external_id AS "order", raw,
  page_cursor AS cursor, page_limit AS "limit", record_no AS no, attempts, since, waiting.received_at AS "receivedAt"`;

type Row = Omit<WaitingRecord, "raw" | "page"> & WaitingRecord["page"] & { readonly raw: string | null };

function toWaiting<Found extends Row>({ raw, cursor, limit, no, ...row }: Found) {
  return { ...row, raw: raw === null ? undefined : (JSON.parse(raw) as JsonValue), page: { cursor, limit, no } };
}

/** Records of a flow whose next try is due, oldest first; those that wait for an order come in with it. */
export async function loadDueWaiting(
  db: Database,
  endpointId: bigint,
  now: Date,
  limit: number,
): Promise<WaitingRecord[]> {
  const rows = await db.$queryRaw<Row[]>(Prisma.sql`
    SELECT ${columns} FROM ecomnow_waiting_record waiting
    WHERE endpoint_id = ${endpointId} AND reason <> 'ORDER_MISSING' AND next_attempt_at <= ${now} ORDER BY id LIMIT ${limit}`);
  return rows.map(toWaiting);
}

/** A record whose order has come, and of which flow it is. */
export interface ArrivedRecord extends WaitingRecord {
  readonly endpointId: bigint;
  readonly entity: Entity;
}

/** Records of a client whose order is there by now. */
export async function findArrived(db: Database, integrationId: bigint, limit: number): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT waiting.id FROM ecomnow_customer_integration_endpoint endpoint
    JOIN ecomnow_waiting_record waiting ON waiting.endpoint_id = endpoint.id AND waiting.reason = 'ORDER_MISSING'
    JOIN ecomnow_order ON ecomnow_order.integration_id = endpoint.integration_id
      AND ecomnow_order.external_id = waiting.order_external_id
    WHERE endpoint.integration_id = ${integrationId} ORDER BY waiting.id LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}

/** Takes records out of the list: whoever takes one takes it in, or puts it back. */
export async function takeArrived(tx: Transaction, ids: readonly bigint[]): Promise<ArrivedRecord[]> {
  const rows = await tx.$queryRaw<(Row & Pick<ArrivedRecord, "endpointId" | "entity">)[]>(Prisma.sql`
    DELETE FROM ecomnow_waiting_record waiting USING ecomnow_customer_integration_endpoint endpoint
    WHERE waiting.id = ANY(${[...ids]}::bigint[]) AND endpoint.id = waiting.endpoint_id
    RETURNING ${columns}, endpoint_id AS "endpointId", entity::text`);
  return rows.map(toWaiting);
}

/** Those of the records of which a version came in later than the one that waits. */
export async function findSuperseded(
  db: Database,
  { integrationId, entity }: { integrationId: bigint; entity: Entity },
  records: readonly { readonly externalId: string; readonly receivedAt: Date }[],
): Promise<ReadonlySet<string>> {
  if (records.length === 0) return new Set();
  const rows = await db.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT external_id AS id FROM ecomnow_customer_record known
    JOIN jsonb_to_recordset(${JSON.stringify(records)}::jsonb) AS waiting("externalId" text, "receivedAt" timestamptz)
      ON known.external_id = waiting."externalId" AND known.updated_at > waiting."receivedAt"
    WHERE integration_id = ${integrationId} AND entity = ${entity}::ecomnow_entity`);
  return new Set(rows.map(({ id }) => id));
}

/** Records that are taken in wait no longer, in whatever version; the names of those that did. */
export async function dropWaitingOf(
  tx: Transaction,
  endpointId: bigint,
  externalIds: readonly string[],
): Promise<string[]> {
  if (externalIds.length === 0) return [];
  const dropped = await tx.$queryRaw<{ name: string }[]>(Prisma.sql`
    DELETE FROM ecomnow_waiting_record WHERE endpoint_id = ${endpointId} AND name = ANY(${externalIds.map(toName)}::text[])
    RETURNING name`);
  return dropped.map(({ name }) => name);
}

export async function dropWaiting(db: Transaction | Database, ids: readonly bigint[]): Promise<void> {
  if (ids.length > 0) await db.ecomnowWaitingRecord.deleteMany({ where: { id: { in: [...ids] } } });
}

/** Records of a flow that have waited since then or longer, whatever for. */
export async function loadOverdueWaiting(
  db: Database,
  endpointId: bigint,
  since: Date,
  limit: number,
): Promise<WaitingRecord[]> {
  const rows = await db.$queryRaw<Row[]>(Prisma.sql`
    SELECT ${columns} FROM ecomnow_waiting_record waiting
    WHERE endpoint_id = ${endpointId} AND since <= ${since} ORDER BY since, id LIMIT ${limit}`);
  return rows.map(toWaiting);
}

/** How a try ended that did not take the record in. */
export interface FailedAttempt {
  readonly id: bigint;
  readonly reason: WaitingReason;
  readonly why: string;
  readonly nextAttemptAt: Date;
}

export async function saveAttempts(db: Database, attempts: readonly FailedAttempt[]): Promise<void> {
  if (attempts.length === 0) return;
  const rows = attempts.map(({ id, reason, why, nextAttemptAt }) => ({
    id: String(id),
    reason,
    why: toStorableText(why, MOST_WHY_CODE_POINTS),
    next: nextAttemptAt,
  }));
  await db.$executeRaw(Prisma.sql`
    UPDATE ecomnow_waiting_record waiting SET attempts = attempts + 1, reason = row.reason, why = row.why,
      next_attempt_at = row.next
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row(id bigint, reason ecomnow_waiting_reason, why text, next timestamptz)
    WHERE waiting.id = row.id`);
}
