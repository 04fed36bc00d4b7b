export { createEcomnowState, type EcomnowState } from "./ecomnow-state.ts";
export { ecomnowRoutes } from "./ecomnow-routes.ts";
