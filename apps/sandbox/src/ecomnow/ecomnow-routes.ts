import { z } from "zod";

import { jsonReply, parseInput, type Route } from "../http/index.ts";
import { clientRoutes } from "./client-routes.ts";
import type { EcomnowState } from "./ecomnow-state.ts";
import { vendorRoutes } from "./vendor-routes.ts";

const refund = z.strictObject({
  refund: z.string().min(1),
  order: z.string().min(1),
  version: z.int().min(1),
  amount_minor: z.int().min(0),
  currency: z.string().length(3),
  status: z.enum(["open", "closed", "cancelled"]),
  reason: z.string().nullable(),
});

/** More than this the channel does not pay back. */
const MOST_MINOR = 1_000_000;

const SHAKY_PERIOD_MS = 10 * 60_000;
const SHAKY_DOWN_MS = 3 * 60_000;

/** Vendors, the refund channel, the clients' APIs and an API that is often down. */
export function ecomnowRoutes(state: EcomnowState): Route[] {
  return [...vendorRoutes(state), refundRoute(state), ...clientRoutes(state), shakyRoute(state.nowMs)];
}

/** The sales channel that hears of refunds: each key counts once. */
function refundRoute({ answers, told }: EcomnowState): Route {
  return {
    method: "POST",
    path: "/api/v1/refunds",
    about: "Refund channel: takes a version of a refund, once per Idempotency-Key; 422 above 10,000.00",
    auth: "Bearer",
    handle: (request) => {
      const asked = parseInput(refund, request.body, "the body");
      return answers.once("refunds", request, () => {
        if (asked.amount_minor > MOST_MINOR) return jsonReply({ reason: "more than this channel pays back" }, 422);
        const list = told.get("channel/refunds") ?? [];
        told.set("channel/refunds", [...list, asked].slice(-100));
        return jsonReply({ reference: `ch-${asked.refund}-${asked.version}` });
      });
    },
  };
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
