import { jsonReply, type Route } from "../http/index.ts";
import { clientRoutes } from "./client-routes.ts";
import type { EcomnowState } from "./ecomnow-state.ts";
import { refundRoute } from "./refund-route.ts";
import { vendorRoutes } from "./vendor-routes.ts";

const SHAKY_PERIOD_MS = 10 * 60_000;
const SHAKY_DOWN_MS = 3 * 60_000;

/** Vendors, the refund channel, the clients' APIs and an API that is often down. */
export function ecomnowRoutes(state: EcomnowState): Route[] {
  return [...vendorRoutes(state), refundRoute(state), ...clientRoutes(state), shakyRoute(state.nowMs)];
}

/** Something to watch: down for the first three of every ten minutes. */
function shakyRoute(nowMs: () => number): Route {
  return {
    method: "GET",
    path: "/shaky",
    about: "Is down for three of every ten minutes, for ApiStatusCheck to notice",
    auth: null,
    handle: () =>
      nowMs() % SHAKY_PERIOD_MS < SHAKY_DOWN_MS
        ? jsonReply({ status: "maintenance" }, 503)
        : jsonReply({ status: "ok" }),
  };
}
