export { launchDatabases, type DatabaseUrls } from "./launch-databases.ts";
export { ProcessGroup, SANDBOX } from "./process-group.ts";
export { listenForStop } from "./stop-signals.ts";
export { mainOf } from "./supervised-child.ts";
