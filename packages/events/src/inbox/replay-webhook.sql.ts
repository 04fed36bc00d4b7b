import { recordAuditEvents } from "@drumline/audit/audit-events";
import { type Database, Prisma } from "@drumline/db";
import { closeProblems } from "@drumline/problems";

import { INCOMING_WEBHOOK_FAILED, toSubject } from "./webhook-request.sql.ts";

type ReplayRefusal = "WAITING" | "NO_SOURCE" | "ERASED";
export type WebhookReplay =
  | { readonly outcome: "NOT_FOUND" }
  | { readonly outcome: "REFUSED"; readonly reason: ReplayRefusal; readonly why: string }
  | { readonly outcome: "REPLAYED"; readonly id: bigint; readonly source: string; readonly replays: number };

/** Who asks, as the audit has it. */
interface Asking {
  readonly by: string;
  readonly remoteAddr?: string | null;
  readonly url?: string | null;
}

/** A person has a stored webhook handed on once more, whatever became of it; the bytes are those that were sent. */
export async function replayWebhook(db: Database, id: bigint, asking: Asking, at: Date): Promise<WebhookReplay> {
  return await db.$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<Row[]>(Prisma.sql`
      SELECT source, event_uuid AS "eventUuid", status, source_id AS "sourceId", raw IS NULL AS "isErased", replays
      FROM webhook_request WHERE id = ${id} FOR UPDATE`);
    if (row === undefined) return { outcome: "NOT_FOUND" };
    if (row.sourceId === null) return refuse("NO_SOURCE", id);
    if (row.isErased) return refuse("ERASED", id);
    if (row.status === "RECEIVED") return refuse("WAITING", id);
    await tx.$executeRaw(Prisma.sql`
      UPDATE webhook_request SET status = 'RECEIVED', attempts = 0, next_attempt_at = ${at}, error = NULL,
        finished_at = NULL, replays = replays + 1
      WHERE id = ${id}`);
    const reason = `${asking.by} has it handed on again`;
    await closeProblems(tx, { kind: INCOMING_WEBHOOK_FAILED, subjects: [toSubject(row)], reason, at });
    const content = { action: "replay", source: row.source, eventId: row.eventUuid, before: { status: row.status } };
    const { by, remoteAddr = null, url = null } = asking;
    await recordAuditEvents(tx, [
      { timestamp: at, actor: by, remoteAddr, url, entityType: "webhook_request", entityId: String(id), content },
    ]);
    return { outcome: "REPLAYED", id, source: row.source, replays: row.replays + 1 };
  });
}

const REFUSALS: Readonly<Record<ReplayRefusal, string>> = {
  WAITING: "it waits to be handed on anyway",
  NO_SOURCE: "it came by a route of its own, or its source is deleted: have it sent again, or pull it",
  ERASED: "its body was erased",
};

const refuse = (reason: ReplayRefusal, id: bigint): WebhookReplay => ({
  outcome: "REFUSED",
  reason,
  why: `webhook request ${id} cannot be handed on again: ${REFUSALS[reason]}.`,
});

interface Row {
  readonly source: string;
  readonly eventUuid: string;
  readonly status: string;
  readonly sourceId: string | null;
  readonly isErased: boolean;
  readonly replays: number;
}
