import { z } from "zod";

import { jsonReply, parseInput, type Route } from "../http/index.ts";
import type { CancellationState, StatusState } from "../omnitron/index.ts";
import type { OrderSource } from "../dataset/index.ts";

const query = z.strictObject({
  after_pk: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
});

export interface Outcomes {
  readonly orders: OrderSource;
  readonly statuses: StatusState;
  readonly cancellations: CancellationState;
}

/** How orders end, against which to hold what became of them: their status and events, and what Omnitron was told. By pk. */
export function outcomesRoute({ orders, statuses, cancellations }: Outcomes): Route {
  return {
    method: "GET",
    path: "/_sandbox/outcomes",
    about: "How every order ends after ?after_pk=, ?limit= at a time, and what Omnitron was told of it",
    auth: null,
    handle: (request) => {
      const { after_pk: afterPk, limit } = parseInput(query, request.query, "the query");
      const total = orders.total ?? Infinity;
      const end = Math.min(afterPk + limit, total);
      const results = Array.from({ length: Math.max(0, end - afterPk) }, (_, index) => {
        const { pk, number, items, lifecycle } = orders.at(afterPk + index);
        return {
          pk,
          number,
          status: lifecycle.status,
          items: items.length,
          isHandedOver: lifecycle.handedOverMs !== null,
          isDelivered: lifecycle.deliveredMs !== null,
          toldStatus: statuses.statusOf(number),
          cancellation: cancellations.resultOf(pk)?.status ?? null,
        };
      });
      return jsonReply({ results, has_more: end < total });
    },
  };
}
