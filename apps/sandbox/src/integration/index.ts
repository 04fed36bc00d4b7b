export { createJoinedSystems, type JoinedSystems } from "./joined-systems.ts";
export { integrationRoutes } from "./integration-routes.ts";
