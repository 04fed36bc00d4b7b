import { keyByName } from "../key-by-name.ts";
import { runIncoming, runRoute } from "./configurations.ts";
import { pruneTasks, repairStuckTasks } from "./maintenance.ts";

/** The jobs that can be scheduled (`alumio-scheduler`): an incoming configuration, a route, and what keeps tasks in order. */
export const integrationTasks = keyByName([runIncoming, runRoute, repairStuckTasks, pruneTasks]);
