import { toStorableJson, toStorableText } from "@drumline/core/text";
import { type Database, Prisma } from "@drumline/db";

import { lockEntities, raiseHeads } from "../tasks/heads.sql.ts";
import type { ClaimedTask } from "./claim-tasks.sql.ts";
import type { Ending } from "./plan-ending.ts";

export interface EndedTask {
  readonly task: Pick<ClaimedTask, "id" | "entityId" | "attempts">;
  readonly ending: Ending;
  readonly durationMs: number;
}

interface Owner {
  readonly routeId: bigint;
  readonly runId: string;
  readonly at: Date;
}

const REASON_CODE_POINTS = 2_000;
const MOST_LOGGED = 20;

/**
 * Writes what became of tasks that the run still has, and raises the next of their entities; how many it still had. One
 * that FAILED holds its entity up where its route says so.
 */
export async function endTasks(
  db: Database,
  { routeId, runId, at }: Owner,
  ended: readonly EndedTask[],
): Promise<number> {
  if (ended.length === 0) return 0;
  const rows = ended.map(({ task, ending, durationMs }) => {
    const reason = ending.status === "FINISHED" ? null : toStorableText(ending.reason, REASON_CODE_POINTS);
    const { attempts } = task;
    return {
      id: String(task.id),
      status: ending.status,
      reason,
      next_at: ending.status === "RETRY" ? ending.nextAt : null,
      not_counted: ending.status === "RETRY" && !ending.isAttempt ? 1 : 0,
      entry: toStorableJson([{ at, run: runId, attempt: attempts, status: ending.status, durationMs, reason }]),
    };
  });
  return await db.$transaction(async (tx) => {
    await lockEntities(
      tx,
      ended.map(({ task }) => task.entityId),
    );
    const written = await tx.$queryRaw<{ entityId: bigint; isHead: boolean }[]>(Prisma.sql`
      WITH given AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given(
          id bigint, status integration_task_status, reason text, next_at timestamptz, not_counted int, entry jsonb)
      ), mine AS MATERIALIZED (
        SELECT task.id FROM integration_task task JOIN given USING (id)
        WHERE task.claimed_by = ${runId}::uuid AND task.status = 'PROCESSING' ORDER BY task.id FOR NO KEY UPDATE OF task
      )
      UPDATE integration_task task SET status = given.status, reason = given.reason, next_at = given.next_at,
        attempts = attempts - not_counted, claimed_until = NULL, processing_since = NULL,
        is_head = given.status = 'RETRY' OR (given.status = 'FAILED' AND route.on_failed = 'BLOCK'),
        export_log = jsonb_path_query_array(export_log, ${`$[last - ${MOST_LOGGED - 2} to last]`}::jsonpath) || given.entry,
        ended_at = CASE WHEN given.status <> 'RETRY' THEN ${at}::timestamptz END
      FROM mine, given, integration_route route
      WHERE task.id = mine.id AND given.id = mine.id AND route.id = task.route_id
      RETURNING task.entity_id AS "entityId", task.is_head AS "isHead"`);
    const lines = written.filter(({ isHead }) => !isHead).map(({ entityId }) => ({ routeId, entityId }));
    await raiseHeads(tx, lines);
    return written.length;
  });
}

/** Puts back what was claimed and not begun: as if it had not been claimed. */
export async function releaseTasks(db: Database, runId: string, ids: readonly bigint[]): Promise<void> {
  if (ids.length === 0) return;
  await db.$executeRaw(Prisma.sql`
    WITH mine AS MATERIALIZED (
      SELECT id FROM integration_task WHERE id = ANY(${[...ids]}::bigint[])
        AND claimed_by = ${runId}::uuid AND status = 'PROCESSING' ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE integration_task task SET status = 'NEW', attempts = attempts - 1, claimed_until = NULL, processing_since = NULL
    FROM mine WHERE task.id = mine.id`);
}
