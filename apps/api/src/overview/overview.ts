import { countKeptPackages, countWork } from "@drumline/oms/queries";
import { z } from "zod";

import type { ApiParts } from "../api.ts";
import { lookAround } from "../health/look-around.ts";
import { runSchema, toRunView } from "../runs/run-view.ts";
import { isLiving, loadRuns } from "@drumline/engine";
import { loadQueueViews, queueSchema } from "./queues.ts";
import { loadScheduleViews, scheduleSchema } from "../schedules/schedule-view.ts";

export const overviewSchema = z
  .object({
    at: z.string(),
    ready: z.boolean(),
    reasons: z.array(z.object({ code: z.string(), message: z.string() })),
    counters: z
      .object({
        ordersPulled: z.int(),
        ordersPlanned: z.int(),
        packages: z.int().describe("All but the cancelled ones."),
        exact: z.boolean().describe("False once one of these is over 100,000: then it is an estimate."),
        late: z.int(),
      })
      .nullable()
      .describe("Null while the database is away."),
    processes: z.array(
      z.object({
        id: z.string(),
        kind: z.string(),
        host: z.string(),
        pid: z.int(),
        startedAt: z.string(),
        silentMs: z.int().describe("Since its last heartbeat."),
        living: z.boolean(),
      }),
    ),
    schedules: z.array(scheduleSchema),
    runs: z.array(runSchema).describe("The newest few."),
    queues: z.array(queueSchema),
  })
  .meta({ id: "Overview" });

export type Overview = z.infer<typeof overviewSchema>;

const NEWEST_RUNS = 15;

/** All that the status page shows. What a store that is away would have told stays empty; `reasons` says so. */
export async function loadOverview(parts: ApiParts): Promise<Overview> {
  const { db, clock } = parts;
  const { reasons, facts } = await lookAround(parts);
  const [work, schedules, runs, queues] = await Promise.all([
    facts === null ? null : countWork(db),
    facts === null ? [] : loadScheduleViews(parts),
    facts === null ? [] : loadRuns(db, {}, null, NEWEST_RUNS),
    loadQueueViews(parts).catch(() => []),
  ]);
  return {
    at: clock.now().toISOString(),
    ready: reasons.length === 0,
    reasons: [...reasons],
    counters: work && {
      ordersPulled: work.orders.total,
      ordersPlanned: work.plans.total,
      packages: countKeptPackages(work),
      exact: work.orders.exact && work.plans.exact && work.packages.exact,
      late: facts?.late.length ?? 0,
    },
    processes: (facts?.processes ?? []).map(({ id, kind, host, pid, startedAt, silentMs, ...row }) => ({
      id,
      kind,
      host,
      pid,
      startedAt: startedAt.toISOString(),
      silentMs: Math.max(0, Math.round(silentMs)),
      living: isLiving({ silentMs, ...row }),
    })),
    schedules,
    runs: runs.map(toRunView),
    queues,
  };
}
