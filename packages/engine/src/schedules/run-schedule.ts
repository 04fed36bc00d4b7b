import type { QueueBackend } from "@drumline/core/queue";
import { type TaskDefinition, toRunPolicies } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { DuplicateGuard } from "../ledger/duplicate-guard.ts";
import { type StartAnswer, startRuns } from "../dispatch/start-runs.ts";
import { NoSuchSchedule, RefusedSchedule, ScheduleChanged } from "./refusals.ts";
import { loadSchedule } from "./schedule-rows.sql.ts";

interface RunDatabases {
  readonly db: Database;
  readonly backend: QueueBackend;
  readonly deduplicate: DuplicateGuard;
  readonly tasks: readonly TaskDefinition[];
}

interface RunWish {
  readonly dryRun: boolean;
  readonly who: string;
  /** The run's id, where a second call is to find the run of the first. */
  readonly runId?: string | undefined;
  /** The version the caller has seen; left out by those who want it whatever it is. */
  readonly version?: number | undefined;
  /** Records it may take; the schedule's own limit where it is left out. */
  readonly limit?: number | undefined;
  /** Its place among runs that wait; the schedule's own where it is left out. */
  readonly priority?: number | undefined;
}

/**
 * Runs a schedule once, now, with its own arguments and policies, whether it is enabled or not; its clock does not move.
 * @throws {NoSuchSchedule} {ScheduleChanged} {RefusedSchedule} when its task cannot run or its arguments no longer fit
 */
export async function runSchedule(
  { tasks, ...databases }: RunDatabases,
  idOrKey: string,
  { dryRun, who, limit, priority, runId, version }: RunWish,
): Promise<StartAnswer> {
  const schedule = await loadSchedule(databases.db, idOrKey);
  if (schedule === null || schedule.deletedAt !== null) throw new NoSuchSchedule(idOrKey, schedule?.deletedAt ?? null);
  if (version !== undefined && version !== schedule.version)
    throw new ScheduleChanged(schedule.key, version, schedule.version);
  const definition = tasks.find(({ name }) => name === schedule.task);
  if (definition?.built !== true) {
    const problem = `${schedule.task} is not implemented in this version: no worker can run it`;
    throw new RefusedSchedule([{ where: "task", problem }]);
  }
  const { id, args } = schedule;
  const request = {
    id: runId,
    definition,
    args,
    scheduleId: id,
    dryRun,
    requestedBy: who,
    policies: { ...toRunPolicies(schedule), ...(priority === undefined ? {} : { priority }) },
    ...(limit === undefined ? {} : { limit }),
  };
  const [answer] = await startRuns(databases, [request]);
  return answer!;
}
