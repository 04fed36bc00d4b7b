import { type Database, Prisma } from "@drumline/db";

import { type TaskFilter, type TaskStatus, toWhere } from "./task-filter.sql.ts";

export interface TaskRow {
  readonly id: bigint;
  readonly route: string;
  readonly entity: string;
  readonly status: TaskStatus;
  readonly isHead: boolean;
  readonly attempts: number;
  readonly payloadBytes: number;
  readonly reason: string | null;
  readonly nextAt: Date | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

export interface TaskDetail extends TaskRow {
  readonly payload: unknown;
  readonly payloadHash: string;
  readonly importLog: unknown;
  readonly exportLog: unknown;
}

const COLUMNS = Prisma.sql`
  task.id, route.identifier AS route, entity.entity_key AS entity, task.status::text, task.is_head AS "isHead", task.attempts,
  task.payload_bytes AS "payloadBytes", task.reason, task.next_at AS "nextAt", task.created_at AS "createdAt", task.ended_at AS "endedAt"`;
const JOINED = Prisma.sql`
  JOIN integration_route route ON route.id = task.route_id JOIN integration_entity entity ON entity.id = task.entity_id`;

/** Newest first; strictly before `before`. */
export async function loadTasks(
  db: Database,
  filter: TaskFilter,
  before: bigint | null,
  limit: number,
): Promise<TaskRow[]> {
  const isBefore = before === null ? Prisma.empty : Prisma.sql`AND task.id < ${before}`;
  return await db.$queryRaw<TaskRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM (
      SELECT * FROM integration_task task WHERE ${toWhere(filter)} ${isBefore} ORDER BY task.id DESC LIMIT ${limit}
    ) AS task ${JOINED} ORDER BY task.id DESC`);
}

export async function loadTask(db: Database, id: bigint): Promise<TaskDetail | null> {
  const [row] = await db.$queryRaw<TaskDetail[]>(Prisma.sql`
    SELECT ${COLUMNS}, task.payload, task.payload_hash AS "payloadHash", task.import_log AS "importLog", task.export_log AS "exportLog"
    FROM integration_task task ${JOINED} WHERE task.id = ${id}`);
  return row ?? null;
}
