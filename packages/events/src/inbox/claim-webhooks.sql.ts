import { claimedFor, type Database, isClaimedBy, isFreeFor, Prisma, type Transaction, unclaimed } from "@drumline/db";

import type { StoredWebhook } from "./webhook-consumer.ts";

export interface ClaimedWebhook {
  readonly id: bigint;
  readonly consumer: string;
  readonly bytes: number;
  /** With this one. */
  readonly attempts: number;
}

const CLAIM_SECONDS = 120;

const isDue = (consumers: readonly string[], at: Date): Prisma.Sql => Prisma.sql`
  request.source_id IS NOT NULL AND request.status = 'RECEIVED' AND request.next_attempt_at <= ${at}
  AND NOT source.is_disabled AND source.consumer = ANY(${[...consumers]}::text[])`;

interface Claim {
  readonly consumers: readonly string[];
  readonly runId: string;
  readonly at: Date;
  readonly limit: number;
  /** Those that were tried before, or those that never were. */
  readonly isRetry: boolean;
}

/** Takes what is due, oldest first; the attempt is counted before it is made, so that one that ends the process is counted. */
export async function claimWebhooks(
  db: Database,
  { consumers, runId, at, limit, isRetry }: Claim,
): Promise<ClaimedWebhook[]> {
  const claimed = await db.$queryRaw<ClaimedWebhook[]>(Prisma.sql`
    WITH due AS MATERIALIZED (
      SELECT request.id, source.consumer FROM webhook_request request JOIN webhook_source source ON source.id = request.source_id
      WHERE ${isDue(consumers, at)} AND ${isFreeFor(runId, "request")} AND (request.attempts > 0) = ${isRetry}
      ORDER BY request.next_attempt_at, request.id LIMIT ${limit} FOR NO KEY UPDATE OF request SKIP LOCKED
    )
    UPDATE webhook_request request SET ${claimedFor(runId, CLAIM_SECONDS)}, attempts = attempts + 1
    FROM due WHERE request.id = due.id
    RETURNING request.id, due.consumer, octet_length(request.raw) AS bytes, request.attempts`);
  return claimed.toSorted((left, right) => Number(left.id - right.id));
}

export async function countDueWebhooks(db: Database, consumers: readonly string[], at: Date): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM webhook_request request JOIN webhook_source source ON source.id = request.source_id
    WHERE ${isDue(consumers, at)}`);
  return row.count;
}

/** Locks what this run still has of these, and reads it. */
export async function lockWebhooks(tx: Transaction, ids: readonly bigint[], runId: string): Promise<StoredWebhook[]> {
  const rows = await tx.$queryRaw<(StoredWebhook & { body: Uint8Array })[]>(Prisma.sql`
    SELECT id, source_id AS "sourceId", source, event_uuid AS "eventId", topic, headers, raw AS body,
      created_at AS "receivedAt", replays
    FROM webhook_request WHERE id = ANY(${[...ids]}::bigint[]) AND status = 'RECEIVED' AND ${isClaimedBy(runId)}
    ORDER BY id FOR NO KEY UPDATE`);
  return rows.map((row) => ({ ...row, body: Buffer.from(row.body) }));
}

/** Tries it again then; leaves one alone that another run has by now. */
export async function postponeWebhook(
  db: Database,
  { id, runId, error, nextAttemptAt }: { id: bigint; runId: string; error: string; nextAttemptAt: Date },
): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE webhook_request SET ${unclaimed}, error = ${error}, next_attempt_at = ${nextAttemptAt}
    WHERE id = ${id} AND status = 'RECEIVED' AND ${isClaimedBy(runId)}`);
}

/** Gives back what was claimed and not begun, and the attempt with it. */
export async function releaseWebhooks(db: Database, ids: readonly bigint[], runId: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE webhook_request SET ${unclaimed}, attempts = attempts - 1
    WHERE id = ANY(${[...ids]}::bigint[]) AND status = 'RECEIVED' AND ${isClaimedBy(runId)}`);
}
