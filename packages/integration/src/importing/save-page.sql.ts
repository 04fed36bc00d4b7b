import { DrumlineError } from "@drumline/core/errors";
import type { JsonObject } from "@drumline/core/task";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { type ArrivedRecord, type EntityState, type PagePlan, type PlannedTask, planPage } from "./plan-page.ts";

/** Another run reads this incoming configuration now. */
export class IncomingTakenOver extends DrumlineError {
  constructor(identifier: string) {
    super(`another run has taken the incoming "${identifier}" over; it goes on where this one stopped.`, {
      code: "INCOMING_TAKEN_OVER",
    });
  }
}

export interface ArrivedPage {
  readonly incoming: { readonly id: bigint; readonly identifier: string };
  readonly routes: readonly { readonly id: bigint }[];
  readonly records: readonly ArrivedRecord[];
  /** Where the page came from, for the import log. */
  readonly origin: JsonObject;
}

interface Reader {
  readonly runId: string;
  readonly leaseSeconds: number;
  readonly position: JsonObject | null;
}

/**
 * Takes a page in: its news become tasks of every route, and the cursor moves with them, or neither does.
 * @throws {IncomingTakenOver}
 */
export async function savePage(db: Database, page: ArrivedPage, reader: Reader, at: Date): Promise<PagePlan> {
  return await db.$transaction(async (tx) => {
    await moveCursor(tx, page.incoming, reader, at);
    return await saveArrived(tx, page, at);
  });
}

/** Makes tasks of what is news in a page, whoever brought it. */
export async function saveArrived(tx: Transaction, page: ArrivedPage, at: Date): Promise<PagePlan> {
  const known = await lockKnown(tx, page, at);
  const plan = planPage(page.records, known);
  await insertTasks(tx, page, plan.tasks, at);
  await saveEntities(tx, plan.entities, at);
  if (plan.tasks.length > 0)
    await tx.$executeRaw(Prisma.sql`
      UPDATE integration_cursor SET last_record_at = ${at} WHERE incoming_id = ${page.incoming.id}`);
  return plan;
}

async function moveCursor(tx: Transaction, incoming: ArrivedPage["incoming"], reader: Reader, at: Date): Promise<void> {
  const { runId, leaseSeconds, position } = reader;
  const moved = await tx.$executeRaw(Prisma.sql`
    UPDATE integration_cursor SET position = ${position === null ? null : JSON.stringify(position)}::jsonb, updated_at = ${at},
      claimed_until = now() + make_interval(secs => ${leaseSeconds})
    WHERE incoming_id = ${incoming.id} AND claimed_by = ${runId}::uuid`);
  if (moved === 0) throw new IncomingTakenOver(incoming.identifier);
}

/** New entities first, in the order of their names, then all of them locked by id: the order of everybody who locks several. */
async function lockKnown(
  tx: Transaction,
  { incoming, records }: ArrivedPage,
  at: Date,
): Promise<Map<string, EntityState>> {
  const keys = [...new Set(records.map(({ entityKey }) => entityKey))].toSorted();
  if (keys.length === 0) return new Map();
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO integration_entity (incoming_id, entity_key, seen, updated_at)
    SELECT ${incoming.id}, key, '{}', ${at} FROM unnest(${keys}::text[]) WITH ORDINALITY AS given(key, place) ORDER BY place
    ON CONFLICT (incoming_id, entity_key) DO NOTHING`);
  const rows = await tx.$queryRaw<EntityState[]>(Prisma.sql`
    SELECT id, entity_key AS "entityKey", seen, last_version AS "lastVersion" FROM integration_entity
    WHERE incoming_id = ${incoming.id} AND entity_key = ANY(${keys}::text[]) ORDER BY id FOR NO KEY UPDATE`);
  return new Map(rows.map((row) => [row.entityKey, row]));
}

/** Each record once per route, in the order in which they came; the first of an entity that has no other is its head. */
async function insertTasks(
  tx: Transaction,
  { routes, origin }: ArrivedPage,
  tasks: readonly PlannedTask[],
  at: Date,
): Promise<void> {
  if (tasks.length === 0 || routes.length === 0) return;
  const begun = new Set<bigint>();
  const rows = tasks.map(({ record, entityId, status, reason }, place) => {
    const isFirst = status === "NEW" && !begun.has(entityId);
    if (status === "NEW") begun.add(entityId);
    const excerpt = record.refusal === null ? {} : { excerpt: record.refusal.excerpt };
    return {
      place,
      entity_id: String(entityId),
      status,
      reason,
      is_first: isFirst,
      payload_hash: record.hash,
      payload_bytes: record.bytes,
      import_log: { ...origin, ...record.origin, no: record.no, changed: record.changed, ...excerpt },
    };
  });
  const payloads = tasks.map(({ record }) => record.payload);
  await tx.$executeRaw(Prisma.sql`
    WITH given AS MATERIALIZED (
      SELECT given.*, payload.payload FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given(
        place int, entity_id bigint, status integration_task_status, reason text, is_first boolean, payload_hash text,
        payload_bytes int, import_log jsonb)
      JOIN unnest(${payloads}::text[]) WITH ORDINALITY AS payload(payload, no) ON payload.no = given.place + 1
    )
    INSERT INTO integration_task (
      route_id, entity_id, status, is_head, payload, payload_hash, payload_bytes, reason, import_log, created_at, ended_at)
    SELECT route_id, entity_id, status,
      is_first AND NOT EXISTS (
        SELECT FROM integration_task head
        WHERE head.entity_id = given.entity_id AND head.route_id = route.route_id AND head.is_head),
      payload::jsonb, payload_hash, payload_bytes, reason, import_log, ${at}, CASE WHEN status <> 'NEW' THEN ${at}::timestamptz END
    FROM given CROSS JOIN unnest(${routes.map(({ id }) => id)}::bigint[]) AS route(route_id)
    ORDER BY place, route_id`);
}

async function saveEntities(tx: Transaction, entities: readonly EntityState[], at: Date): Promise<void> {
  if (entities.length === 0) return;
  const rows = entities.map(({ id, seen, lastVersion }) => ({ id: String(id), seen, last_version: lastVersion }));
  await tx.$executeRaw(Prisma.sql`
    UPDATE integration_entity entity SET seen = given.seen, last_version = given.last_version, updated_at = ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given(id bigint, seen text[], last_version timestamptz)
    WHERE entity.id = given.id`);
}
