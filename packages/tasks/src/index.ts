export { catalogue, findTask, requireTask, scheduleEntries, UnknownTask, type ScheduledTask } from "./catalogue.ts";
export { CATALOGUE_VERSION } from "./catalogue-version.ts";
export { drumlineTasks } from "./drumline/maintenance.ts";
export { webhookTasks } from "./drumline/webhooks.ts";
export { ecomnowTasks } from "./ecomnow/index.ts";
export { integrationTasks } from "./integration/index.ts";
export { omsTasks } from "./oms/index.ts";
export { shopTasks } from "./shop/index.ts";
export { InvalidTaskArgs, parseTaskArgs, type ArgsProblem } from "./task-args.ts";
