import { z } from "zod";

import { badRequest, HttpError, jsonReply, parseInput, type Route } from "../http/index.ts";
import type { OrderSource } from "../dataset/index.ts";

const statusBody = z.object({
  order_status: z.string().regex(/^\d{2,3}$/),
  items: z.array(z.object({ pk: z.int(), status: z.string(), quantity: z.int().min(0) })),
  event_id: z.string().min(1),
});

/** What the OMS has told Omnitron about the state of orders. */
export interface StatusState {
  /** The last one; null where nothing was ever told. */
  statusOf(number: string): string | null;
  counts(): { readonly accepted: number; readonly duplicates: number };
}

export function createStatusState(orders: OrderSource): { readonly state: StatusState; readonly route: Route } {
  const statuses = new Map<string, string>();
  const seen = new Set<string>();
  let duplicates = 0;
  const route: Route = {
    method: "POST",
    path: "/api/i1/orders/:number/status",
    about: "Omnitron: takes in the state of an order, each event id once",
    auth: "Token",
    handle: ({ params, body, headers }) => {
      const { order_status: status, event_id: eventId } = parseInput(statusBody, body, "the body");
      if (headers["idempotency-key"] !== eventId)
        throw badRequest(`the header Idempotency-Key is not the event_id "${eventId}"`);
      const number = params["number"]!;
      if (orders.positionOf(number) === null)
        throw new HttpError(404, { code: "NO_SUCH_ORDER", message: `no order has the number "${number}"` });
      const duplicate = seen.has(eventId);
      if (duplicate) duplicates += 1;
      else {
        seen.add(eventId);
        statuses.set(number, status);
      }
      return jsonReply({ number, order_status: statuses.get(number), duplicate });
    },
  };
  return {
    state: { statusOf: (number) => statuses.get(number) ?? null, counts: () => ({ accepted: seen.size, duplicates }) },
    route,
  };
}
