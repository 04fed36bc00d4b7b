import type { VirtualClock } from "../clock/index.ts";
import { jsonReply, parseInput, type Route } from "../http/index.ts";
import type { OrderState } from "../dataset/index.ts";
import { toOmnitronOrder } from "./order-wire.ts";
import { updatesQuery } from "./page-query.ts";

/** Orders strictly after the (modified_date, pk) position, ascending; without one, from the very first. */
export function orderUpdatesRoute(orders: OrderState, clock: VirtualClock): Route {
  return {
    method: "GET",
    path: "/api/i1/orders/updates",
    about: "Omnitron: orders modified after ?modified_after=&after_pk=, ?limit= at a time",
    auth: "Token",
    handle: (request) => {
      const { modified_after: modifiedMs, after_pk: pk, limit } = parseInput(updatesQuery, request.query, "the query");
      const page = orders.pageAfter({ modifiedMs, pk }, limit, clock.nowMs());
      return jsonReply({ results: page.orders.map(toOmnitronOrder), has_more: page.hasMore });
    },
  };
}
