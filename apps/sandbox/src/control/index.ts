export { controlRoutes, type Controls } from "./control-routes.ts";
export { toSandboxState } from "./sandbox-state.ts";
