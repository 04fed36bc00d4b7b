export {
  findIncoming,
  findOutgoing,
  findRoute,
  findTransformer,
  loadIncomings,
  loadOutgoings,
  loadRoutes,
  loadTransformers,
} from "./configurations/load-views.sql.ts";
export { incomingSource, outgoingTarget } from "./configurations/source.ts";
export { countTasks, MOST_COUNTED } from "./tasks/count-tasks.sql.ts";
export { loadTask, loadTasks } from "./tasks/load-tasks.sql.ts";
export { TASK_STATUSES } from "./tasks/task-filter.sql.ts";
