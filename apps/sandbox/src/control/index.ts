export { changeRoutes } from "./change-routes.ts";
export { controlRoutes, type Controls } from "./control-routes.ts";
export { outcomesRoute } from "./outcome-routes.ts";
export { toSandboxState } from "./sandbox-state.ts";
