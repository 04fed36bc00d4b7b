export { createEcomnowWorld, type EcomnowWorld } from "./ecomnow-world.ts";
export { ecomnowRoutes } from "./ecomnow-routes.ts";
