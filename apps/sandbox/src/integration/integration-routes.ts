import { z } from "zod";

import { jsonReply, parseInput, type Route } from "../http/index.ts";
import type { JoinedSystems } from "./joined-systems.ts";
import { pageByChange, pageByCursor } from "./shop-orders.ts";

const limit = z.coerce.number().int().min(1).max(200).default(50);
const cursorQuery = z.strictObject({ cursor: z.coerce.number().int().min(0).optional(), limit });
const changeQuery = z.strictObject({ since: z.iso.datetime({ offset: true }).transform(Date.parse).optional(), limit });

const erpOrder = z.strictObject({
  number: z.string().min(1),
  town: z.string().min(1),
  currency: z.literal("EUR"),
  totalMinor: z.int().min(0),
  lines: z.array(z.strictObject({ sku: z.string().min(1), quantity: z.int().min(1) })).min(1),
});
const pickList = z.strictObject({
  order: z.string().min(1),
  picks: z.array(z.strictObject({ sku: z.string().min(1), pieces: z.int().min(1) })).min(1),
});

/** Two shops with orders to read, and an ERP and a warehouse that take documents once per Idempotency-Key. */
export function integrationRoutes(systems: JoinedSystems): Route[] {
  const now = () => ({ seed: systems.seed, nowMs: systems.nowMs() });
  return [
    {
      method: "GET",
      path: "/sites/amber/orders",
      about: "A shop: orders after a cursor, with stamps of whole minutes",
      auth: "Bearer",
      handle: ({ query }) => {
        const asked = parseInput(cursorQuery, query, "the query");
        return jsonReply(pageByCursor(now(), asked.cursor ?? null, asked.limit));
      },
    },
    {
      method: "GET",
      path: "/sites/cobalt/orders",
      about: "A shop that makes JSON of XML: orders changed since an instant",
      auth: "Bearer",
      handle: ({ query }) => {
        const asked = parseInput(changeQuery, query, "the query");
        return jsonReply(pageByChange(now(), asked.since ?? null, asked.limit));
      },
    },
    {
      method: "POST",
      path: "/erp/orders",
      about: "An ERP: takes an order once per Idempotency-Key; 429 beyond twenty calls in a second",
      auth: "Bearer",
      handle: (request) => systems.take("erp", request, parseInput(erpOrder, request.body, "the order")),
    },
    {
      method: "POST",
      path: "/warehouse/pick-lists",
      about: "A warehouse: takes a pick list once per Idempotency-Key",
      auth: "Bearer",
      handle: (request) => systems.take("warehouse", request, parseInput(pickList, request.body, "the pick list")),
    },
    {
      method: "GET",
      path: "/_sandbox/integration",
      about: "How many documents the ERP and the warehouse were told, and the last ones",
      auth: null,
      handle: () => jsonReply(systems.told()),
    },
  ];
}
