import { DAY_MS, SECOND_MS } from "@drumline/core/clock";
import type { TaskContext, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import { archiveChunk, type ArchivedChunk, countOldAuditEvents, findOldAuditEvents } from "./archive-chunk.sql.ts";
import type { ArchiveSettings } from "./settings.ts";

const MOST_LISTED = 100;
const NOTHING: ArchivedChunk = { moved: 0, until: null };

/**
 * Moves audit events older than `older_than` days to the archive (OMS guide, task 12), chunk by chunk, each on its own:
 * it may stop after any of them, and the next run goes on there. `finished` is false where the time budget or the limit
 * ended it first.
 */
export async function archiveOldAuditEvents(
  context: TaskContext<{ older_than: number }, { readonly settings: ArchiveSettings }, Database>,
): Promise<TaskResult> {
  const { db, clock, signal, limit, args, gateways } = context;
  const { archiveChunkRows, archiveBudgetSeconds } = gateways.settings;
  const before = new Date(clock.now().getTime() - args.older_than * DAY_MS);
  if (context.dryRun) {
    const listed = await findOldAuditEvents(db, before, Math.min(MOST_LISTED, limit ?? Infinity));
    return {
      before: before.toISOString(),
      old: await countOldAuditEvents(db, before),
      wouldArchive: listed.map(({ timestamp, ...event }) => ({ ...event, timestamp: timestamp.toISOString() })),
    };
  }
  const endsAtMs = performance.now() + archiveBudgetSeconds * SECOND_MS;
  let from: Date | null = null;
  for (let archived = 0; ;) {
    signal.throwIfAborted();
    const room = Math.min(archiveChunkRows, (limit ?? Infinity) - archived);
    const { moved, until }: ArchivedChunk =
      room > 0 ? await archiveChunk(db, { from, before, archivedAt: clock.now(), limit: room }) : NOTHING;
    archived += moved;
    from = until;
    context.progress(archived);
    if (moved < archiveChunkRows || performance.now() >= endsAtMs)
      return { before: before.toISOString(), archived, finished: room > 0 && moved < room };
  }
}
