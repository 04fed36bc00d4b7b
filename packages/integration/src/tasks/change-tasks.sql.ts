import { toStorableJson } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { type Line, lockEntities, raiseHeads, yieldHeads } from "./heads.sql.ts";
import { type TaskFilter, toWhere } from "./task-filter.sql.ts";

export const TASK_ACTIONS = ["retry", "skip", "delete"] as const;
export type TaskAction = (typeof TASK_ACTIONS)[number];

export interface ChangedTasks {
  readonly changed: number;
  readonly changedIds: readonly bigint[];
  /** More tasks match than one request changes: ask again. */
  readonly hasMore: boolean;
}

const BATCH = 500;
const MOST_CHANGED = 10_000;

/** Who changes tasks, and how that is kept on record: in the transaction of each batch. */
export interface TaskChange {
  readonly by: string;
  readonly at: Date;
  readonly record?: (tx: Transaction, changed: number) => Promise<void>;
}

/** Retries, skips or deletes what matches, as far as each may be: nothing that is being worked on. */
export async function changeTasks(
  db: Database,
  action: TaskAction,
  filter: TaskFilter,
  change: TaskChange,
): Promise<ChangedTasks> {
  const changedIds: bigint[] = [];
  for (let after = 0n; ;) {
    const batch = await db.$transaction((tx) => changeBatch(tx, action, filter, after, change));
    changedIds.push(...batch.changed);
    const changed = changedIds.length;
    if (batch.last === null) return { changed, changedIds, hasMore: false };
    if (changed >= MOST_CHANGED) return { changed, changedIds, hasMore: true };
    after = batch.last;
  }
}

/**
 * What may be changed. A task is retried with its record alone, and not where a later version of its entity was taken
 * already: the other side would fall back to the older one.
 */
const MAY: Readonly<Record<TaskAction, Prisma.Sql>> = {
  retry: Prisma.sql`task.status IN ('FAILED', 'SKIPPED', 'RETRY') AND task.payload IS NOT NULL AND NOT EXISTS (
    SELECT FROM integration_task later
    WHERE later.entity_id = task.entity_id AND later.route_id = task.route_id AND later.id > task.id AND later.status = 'FINISHED')`,
  skip: Prisma.sql`task.status IN ('NEW', 'RETRY', 'FAILED')`,
  delete: Prisma.sql`task.status <> 'PROCESSING'`,
};

async function changeBatch(
  tx: Transaction,
  action: TaskAction,
  filter: TaskFilter,
  after: bigint,
  { by, at, record }: TaskChange,
): Promise<{ readonly changed: readonly bigint[]; readonly last: bigint | null }> {
  const found = await tx.$queryRaw<({ id: bigint } & Line)[]>(Prisma.sql`
    SELECT task.id, task.route_id AS "routeId", task.entity_id AS "entityId" FROM integration_task task
    WHERE ${toWhere(filter)} AND task.id > ${after} AND ${MAY[action]} ORDER BY task.id LIMIT ${BATCH}`);
  if (found.length === 0) return { changed: [], last: null };
  await lockEntities(
    tx,
    found.map(({ entityId }) => entityId),
  );
  const ids = found.map(({ id }) => id);
  const mine = Prisma.sql`mine AS MATERIALIZED (
    SELECT id FROM integration_task task WHERE id = ANY(${ids}::bigint[]) AND ${MAY[action]} ORDER BY id FOR UPDATE)`;
  const entry = JSON.stringify(toStorableJson([{ at, status: action.toUpperCase(), reason: `by ${by}` }]));
  const lines = await tx.$queryRaw<({ id: bigint } & Line)[]>(toStatement(action, mine, entry, `skipped by ${by}`, at));
  if (action === "retry") await yieldHeads(tx, lines);
  await raiseHeads(tx, lines);
  if (lines.length > 0) await record?.(tx, lines.length);
  return { changed: lines.map(({ id }) => id), last: found.length < BATCH ? null : ids.at(-1)! };
}

function toStatement(action: TaskAction, mine: Prisma.Sql, entry: string, reason: string, at: Date): Prisma.Sql {
  const line = Prisma.sql`RETURNING task.id, task.route_id AS "routeId", task.entity_id AS "entityId"`;
  switch (action) {
    case "retry":
      return Prisma.sql`
        WITH ${mine}
        UPDATE integration_task task SET status = 'NEW', attempts = 0, next_at = NULL, reason = NULL, ended_at = NULL,
          export_log = export_log || ${entry}::jsonb
        FROM mine WHERE task.id = mine.id ${line}`;
    case "skip":
      return Prisma.sql`
        WITH ${mine}
        UPDATE integration_task task SET status = 'SKIPPED', is_head = false, next_at = NULL, reason = ${reason},
          ended_at = ${at}, export_log = export_log || ${entry}::jsonb
        FROM mine WHERE task.id = mine.id ${line}`;
    case "delete":
      return Prisma.sql`WITH ${mine} DELETE FROM integration_task task USING mine WHERE task.id = mine.id ${line}`;
  }
}
