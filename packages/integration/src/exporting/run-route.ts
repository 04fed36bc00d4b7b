import { SECOND_MS } from "@drumline/core/clock";
import { Cancel, type TaskResult } from "@drumline/core/task";

import { ConfigurationUnusable, loadRoute, type Route } from "../configurations/load-configurations.sql.ts";
import { countDueTasks, countWaitingTasks } from "./claim-tasks.sql.ts";
import { type ExportContext, exportTasks } from "./export-tasks.ts";

type RouteContext = Omit<ExportContext, "args"> & { readonly args: { readonly route: string } };

const MOST_COUNTED = 100_000;
/** So many without a limit are worth a warning. */
const MANY_TASKS = 1_000;

/** Sends the next tasks of a route, oldest first: as many as the run's limit says, or as its time allows. */
export async function runRoute(context: RouteContext): Promise<TaskResult> {
  const { db, clock, log, limit, gateways } = context;
  const route = await loadUsable(context);
  if (context.dryRun)
    return { wouldExport: Math.min(await countDueTasks(db, route.id, clock.now(), MOST_COUNTED), limit ?? Infinity) };
  const endsAtMs = performance.now() + gateways.settings.integrationRunSeconds * SECOND_MS;
  const counts = await exportTasks(context, route, { limit, isOutOfTime: () => performance.now() > endsAtMs });
  const waiting = await countWaitingTasks(db, route.id, MOST_COUNTED);
  if (counts.endedEarly === "TIME" || (limit === null && waiting >= MANY_TASKS))
    log.warn(
      { route: route.identifier, waiting },
      "tasks are left and the job has no number of tasks to export: a run that takes longer than its interval times out. " +
        "Set the number of tasks to export, such as 100 every five minutes",
    );
  return { ...counts, waiting };
}

/** A job of a route that is switched off or gone is pointless, and its retry too. */
async function loadUsable({ db, args }: RouteContext): Promise<Route> {
  try {
    const route = await loadRoute(db, args.route);
    if (route.isDisabled) throw new ConfigurationUnusable("route", args.route, "is disabled: its tasks wait");
    if (route.outgoing.isDisabled)
      throw new ConfigurationUnusable("route", args.route, "waits: its outgoing configuration is disabled");
    return route;
  } catch (error) {
    if (error instanceof ConfigurationUnusable) throw new Cancel(error.message, { cause: error });
    throw error;
  }
}
