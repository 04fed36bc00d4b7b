import type { JsonValue } from "@drumline/core/task";
import { type Database, Prisma, type Transaction, unclaimed } from "@drumline/db";
import { closeGoneProblems, closeProblems, openProblems, type ProblemKind } from "@drumline/problems";

/** RECEIVED until the work is done, or failed with a reason. */
export type WebhookRequestStatus = "RECEIVED" | "DONE" | "FAILED";

/** A webhook that could not be taken in. */
export const INCOMING_WEBHOOK_FAILED: ProblemKind = {
  context: "events",
  name: "INCOMING_WEBHOOK_FAILED",
  severity: "WARNING",
  cure: "Nothing of it was taken in. Correct it where it comes from: sent again under the same event id, or pulled, it is taken; then close this. What a source of webhooks has sent can be handed on again (the action).",
};

/** By what people know it. */
export const toSubject = ({ source, eventUuid }: Pick<WebhookRequestRow, "source" | "eventUuid">) => ({
  type: "webhook request",
  key: `${source} ${eventUuid}`,
});

/** A webhook as its row keeps it, without secrets. */
export interface WebhookRequestRow {
  readonly source: string;
  readonly eventUuid: string;
  readonly headers: JsonValue;
  readonly body: JsonValue;
  readonly at: Date;
}

/** The id of the request's row: a new one, or the one of its first arrival. */
export async function saveWebhookRequest(db: Database, row: WebhookRequestRow): Promise<bigint> {
  const [saved] = await db.$queryRaw<[{ id: bigint }]>(Prisma.sql`
    INSERT INTO webhook_request (source, event_uuid, headers, body, status, created_at)
    VALUES (${row.source}, ${row.eventUuid}, ${JSON.stringify(row.headers)}::jsonb, ${JSON.stringify(row.body)}::jsonb,
      'RECEIVED', ${row.at})
    ON CONFLICT (source, event_uuid) DO UPDATE SET source = excluded.source
    RETURNING id`);
  return saved.id;
}

/** Waits for whoever works on it; null when it was deleted meanwhile. */
export async function lockWebhookRequest(tx: Transaction, id: bigint): Promise<WebhookRequestStatus | null> {
  const rows = await tx.$queryRaw<{ status: WebhookRequestStatus }[]>(Prisma.sql`
    SELECT status FROM webhook_request WHERE id = ${id} FOR UPDATE`);
  return rows[0]?.status ?? null;
}

/** Marks them done, in the transaction of their work. */
export async function finishWebhookRequests(tx: Transaction, ids: readonly bigint[], at: Date): Promise<void> {
  const done = await tx.$queryRaw<Pick<WebhookRequestRow, "source" | "eventUuid">[]>(Prisma.sql`
    UPDATE webhook_request SET status = 'DONE', error = NULL, finished_at = ${at}, ${unclaimed}
    WHERE id = ANY(${[...ids]}::bigint[]) RETURNING source, event_uuid AS "eventUuid"`);
  const subjects = done.map(toSubject);
  await closeProblems(tx, { kind: INCOMING_WEBHOOK_FAILED, subjects, reason: "it came again and was taken in", at });
}

/** For a person to see; leaves one alone that another arrival has finished since. */
export async function failWebhookRequest(db: Database, id: bigint, error: string, at: Date): Promise<void> {
  await db.$transaction(async (tx) => {
    const [failed] = await tx.$queryRaw<
      (Pick<WebhookRequestRow, "source" | "eventUuid"> & { canReplay: boolean })[]
    >(Prisma.sql`
      UPDATE webhook_request SET status = 'FAILED', error = ${error}, finished_at = ${at}, ${unclaimed}
      WHERE id = ${id} AND status <> 'DONE'
      RETURNING source, event_uuid AS "eventUuid", source_id IS NOT NULL AS "canReplay"`);
    if (failed === undefined) return;
    const { source, eventUuid } = failed;
    const reason = `${source} could not take in the event ${eventUuid}: ${error}`;
    const detail = { webhookRequest: String(id), source, eventUuid };
    const path = `/api/v1/webhook-requests/${id}/replay`;
    const actions = failed.canReplay ? [{ label: "Hand it on again", method: "POST", path } as const] : [];
    await openProblems(
      tx,
      [{ kind: INCOMING_WEBHOOK_FAILED, subject: toSubject(failed), reason, detail, actions }],
      at,
    );
  });
}

/** Which requests may be deleted, and how many. */
export interface Retention {
  /** Requests that were done are deleted when they came in before this. */
  readonly doneBefore: Date;
  /** The others, failed or never finished, are kept longer: somebody may have to look at them. */
  readonly failedBefore: Date;
  readonly limit: number;
}

const isOutdated = ({ doneBefore, failedBefore }: Omit<Retention, "limit">) => Prisma.sql`
  created_at < ${doneBefore} AND (status = 'DONE' OR created_at < ${failedBefore})`;

/** True where one came in before then, done or not: a part of a statement. */
export const someRequestIsOlder = (than: Date): Prisma.Sql =>
  Prisma.sql`EXISTS (SELECT FROM webhook_request WHERE ${isOutdated({ doneBefore: than, failedBefore: than })})`;

/** Deletes the oldest outdated requests, and what is open about them; answers how many. */
export async function deleteOutdatedRequests(db: Database, retention: Retention, at: Date): Promise<number> {
  return await db.$transaction(async (tx) => {
    const deleted = await tx.$executeRaw(Prisma.sql`
      DELETE FROM webhook_request
      WHERE id IN (
        SELECT id FROM webhook_request WHERE ${isOutdated(retention)}
        ORDER BY created_at LIMIT ${retention.limit} FOR UPDATE SKIP LOCKED)`);
    const isGone = Prisma.sql`NOT EXISTS (SELECT FROM webhook_request WHERE id = (problem.detail ->> 'webhookRequest')::bigint)`;
    if (deleted > 0)
      await closeGoneProblems(tx, { kind: INCOMING_WEBHOOK_FAILED, isGone, reason: "its record was deleted", at });
    return deleted;
  });
}

/** An outdated request as a dry run lists it. */
export interface OutdatedRequest {
  readonly id: bigint;
  readonly source: string;
  readonly status: WebhookRequestStatus;
  readonly createdAt: Date;
}

/** What `deleteOutdatedRequests` would delete next. */
export async function findOutdatedRequests(db: Database, retention: Retention): Promise<OutdatedRequest[]> {
  return await db.$queryRaw<OutdatedRequest[]>(Prisma.sql`
    SELECT id, source, status, created_at AS "createdAt" FROM webhook_request WHERE ${isOutdated(retention)}
    ORDER BY created_at LIMIT ${retention.limit}`);
}
