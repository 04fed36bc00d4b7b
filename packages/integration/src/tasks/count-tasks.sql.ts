import { type Database, Prisma } from "@drumline/db";

import type { TaskStatus } from "./task-filter.sql.ts";

/** How many tasks of a route are in a status. */
export interface TaskCount {
  readonly route: string;
  readonly status: TaskStatus;
  /** Up to `MOST_COUNTED`, which then stands for any number from there on. */
  readonly count: number;
}

export const MOST_COUNTED = 10_001;

/** By route and status, those of which there is none left out; each reads one index, no further than it counts. */
export async function countTasks(db: Database): Promise<TaskCount[]> {
  return db.$queryRaw<TaskCount[]>(Prisma.sql`
    SELECT route.identifier AS route, known.status::text AS status, counted.count::int AS count
    FROM integration_route AS route CROSS JOIN unnest(enum_range(NULL::integration_task_status)) AS known(status)
    CROSS JOIN LATERAL (
      SELECT count(*) FROM (
        SELECT 1 FROM integration_task AS task WHERE task.route_id = route.id AND task.status = known.status
        LIMIT ${MOST_COUNTED}) AS first) AS counted
    WHERE counted.count > 0 ORDER BY route.identifier, known.status`);
}
