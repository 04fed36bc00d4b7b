import { z } from "zod";

import { jsonReply, parseInput, type Route } from "../http/index.ts";
import type { Location } from "../dataset/index.ts";
import { limitParameter, pkParameter } from "./page-query.ts";

const query = z.strictObject({ after_pk: pkParameter, limit: limitParameter });

/** `locations` sorted by pk. */
export function stockLocationsRoute(locations: readonly Location[]): Route {
  return {
    method: "GET",
    path: "/api/i1/stock_locations",
    about: "Omnitron: stock locations by pk after ?after_pk=, ?limit= at a time",
    auth: "Token",
    handle: (request) => {
      const { after_pk: afterPk, limit } = parseInput(query, request.query, "the query");
      const rest = locations.filter(({ pk }) => pk > afterPk);
      return jsonReply({ results: rest.slice(0, limit).map(toWire), has_more: rest.length > limit });
    },
  };
}

function toWire({ pk, erpCode, name, type, priority, address }: Location): Record<string, unknown> {
  return {
    pk,
    erp_code: erpCode,
    name,
    stock_location_type: type,
    priority,
    max_quota: null,
    is_active: true,
    is_fulfillment_center: true,
    address,
  };
}
