export { controlRoutes } from "./control-routes.ts";
export { toSandboxState } from "./sandbox-state.ts";
