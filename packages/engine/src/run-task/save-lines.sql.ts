import { type Database, Prisma } from "@drumline/db";

import type { LogLine } from "./run-journal.ts";

export async function saveLines(db: Database, lines: readonly LogLine[]): Promise<void> {
  if (lines.length === 0) return;
  await db.$executeRaw(Prisma.sql`
    INSERT INTO run_log (run_id, at, level, message, fields)
    SELECT "runId", at, level, message, fields
    FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS l("runId" uuid, at timestamptz, level text, message text, fields jsonb)
    WHERE EXISTS (SELECT 1 FROM run WHERE run.id = l."runId")`);
}
