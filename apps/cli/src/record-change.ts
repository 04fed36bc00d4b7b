import { recordAuditEvents } from "@drumline/audit/audit-events";
import { systemClock } from "@drumline/core/clock";
import type { Database, Transaction } from "@drumline/db";

/** What was changed at the command line, beside what is changed over HTTP: one log for both. */
export async function recordChanges(
  db: Database | Transaction,
  actor: string,
  entityType: string,
  changes: readonly { readonly id: string | bigint; readonly content: object }[],
): Promise<void> {
  const timestamp = systemClock.now();
  const events = changes.map(({ id, content }) => ({
    timestamp,
    actor,
    url: null,
    entityType,
    entityId: String(id),
    content: { ...content, via: "cli" },
  }));
  await recordAuditEvents(db, events);
}
