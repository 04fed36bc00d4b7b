import { type Database, Prisma } from "@drumline/db";

import type { WebhookRequestStatus } from "./webhook-request.sql.ts";

export const WEBHOOK_REQUEST_STATUSES = [
  "RECEIVED",
  "DONE",
  "FAILED",
] as const satisfies readonly WebhookRequestStatus[];

/** A webhook that came in, as a person looks at it. */
export interface WebhookRequestView {
  readonly id: bigint;
  readonly source: string;
  /** Null of those that have a route of their own. */
  readonly sourceId: string | null;
  readonly eventId: string;
  readonly topic: string | null;
  readonly status: WebhookRequestStatus;
  readonly error: string | null;
  readonly attempts: number;
  readonly replays: number;
  readonly nextAttemptAt: Date | null;
  readonly receivedAt: Date;
  readonly finishedAt: Date | null;
  /** Of its body as it was sent; null where that is not kept. */
  readonly bytes: number | null;
}

const COLUMNS = Prisma.sql`id, source, source_id AS "sourceId", event_uuid AS "eventId", topic, status, error, attempts,
  replays, next_attempt_at AS "nextAttemptAt", created_at AS "receivedAt", finished_at AS "finishedAt",
  octet_length(raw) AS bytes`;

export interface WebhookRequestFilter {
  readonly source?: string | undefined;
  readonly status?: WebhookRequestStatus | undefined;
  readonly topic?: string | undefined;
}

/** Newest first, before the one named. */
export async function loadWebhookRequests(
  db: Database,
  { source, status, topic }: WebhookRequestFilter,
  before: bigint | null,
  limit: number,
): Promise<WebhookRequestView[]> {
  return await db.$queryRaw<WebhookRequestView[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM webhook_request
    WHERE (${before}::bigint IS NULL OR id < ${before}) AND (${source ?? null}::text IS NULL OR source = ${source ?? null})
      AND (${status ?? null}::text IS NULL OR status = ${status ?? null})
      AND (${topic ?? null}::text IS NULL OR topic = ${topic ?? null})
    ORDER BY id DESC LIMIT ${limit}`);
}

/** With its headers and the beginning of its bytes; null where there is none. */
export async function loadWebhookRequest(
  db: Database,
  id: bigint,
  mostBytes: number,
): Promise<(WebhookRequestView & { readonly headers: unknown; readonly head: Buffer | null }) | null> {
  const [row] = await db.$queryRaw<(WebhookRequestView & { headers: unknown; head: Uint8Array | null })[]>(Prisma.sql`
    SELECT ${COLUMNS}, headers, substring(raw FROM 1 FOR ${mostBytes}) AS head FROM webhook_request WHERE id = ${id}`);
  return row === undefined ? null : { ...row, head: row.head === null ? null : Buffer.from(row.head) };
}
