import type { Route } from "../http/index.ts";
import { clientRoutes } from "./client-routes.ts";
import type { EcomnowState } from "./ecomnow-state.ts";
import { refundRoute } from "./refund-route.ts";
import { shakyRoute } from "./shaky-route.ts";
import { vendorRoutes } from "./vendor-routes.ts";

/** Vendors, the refund channel, the clients' APIs and an API that is often down. */
export function ecomnowRoutes(state: EcomnowState): Route[] {
  return [...vendorRoutes(state), refundRoute(state), ...clientRoutes(state), shakyRoute(state.nowMs)];
}
