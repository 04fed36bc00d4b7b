import { Prisma } from "@drumline/db";

export const TASK_STATUSES = ["NEW", "PROCESSING", "RETRY", "FINISHED", "FAILED", "SKIPPED", "REJECTED"] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** Which tasks; a field left out filters nothing. */
export interface TaskFilter {
  readonly ids?: readonly bigint[] | undefined;
  /** Identifier of the route. */
  readonly route?: string | undefined;
  readonly status?: TaskStatus | undefined;
  /** Key of the entity. */
  readonly entity?: string | undefined;
}

/** Over `integration_task task`. */
export function toWhere({ ids, route, status, entity }: TaskFilter): Prisma.Sql {
  const conditions = [
    ...(ids === undefined ? [] : [Prisma.sql`task.id = ANY(${[...ids]}::bigint[])`]),
    ...(route === undefined
      ? []
      : [Prisma.sql`task.route_id = (SELECT id FROM integration_route WHERE identifier = ${route})`]),
    ...(status === undefined ? [] : [Prisma.sql`task.status = ${status}::integration_task_status`]),
    ...(entity === undefined
      ? []
      : [Prisma.sql`task.entity_id IN (SELECT id FROM integration_entity WHERE entity_key = ${entity})`]),
  ];
  return conditions.length === 0 ? Prisma.sql`true` : Prisma.join(conditions, " AND ");
}
