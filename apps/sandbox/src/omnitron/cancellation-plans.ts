import { z } from "zod";

import type { VirtualClock } from "../clock/index.ts";
import { HttpError, jsonReply, parseInput, type Route } from "../http/index.ts";
import type { Cancellation, CancellationState, CancellationResult } from "./cancellation-state.ts";
import { updatesQuery } from "./page-query.ts";

const resultBody = z.object({
  status: z.enum(["completed", "partial", "rejected"]),
  items: z.array(z.unknown()),
});

export function cancellationRoutes(state: CancellationState, clock: VirtualClock): Route[] {
  return [
    {
      method: "GET",
      path: "/api/i1/cancellation_plans/updates",
      about: "Omnitron: cancellation plans modified after ?modified_after=&after_pk=, ?limit= at a time",
      auth: "Token",
      handle: (request) => {
        const {
          modified_after: modifiedMs,
          after_pk: pk,
          limit,
        } = parseInput(updatesQuery, request.query, "the query");
        const { plans, hasMore } = state.pageAfter({ modifiedMs, pk }, limit, clock.nowMs());
        return jsonReply({
          results: plans.map((plan) => toOmnitronCancellation(plan, state.resultOf(plan.pk))),
          has_more: hasMore,
        });
      },
    },
    {
      method: "POST",
      path: "/api/i1/cancellation_plans/:pk/result",
      about: "Omnitron: what became of a cancellation plan",
      auth: "Token",
      handle: ({ params, body }) => {
        const result = parseInput(resultBody, body, "the body");
        const pk = Number(params["pk"]);
        if (state.note(pk, result, clock.nowMs())) return jsonReply({ pk, status: result.status });
        throw new HttpError(404, { code: "NO_SUCH_PLAN", message: `no cancellation plan has the pk ${params["pk"]}` });
      },
    },
  ];
}

/** A cancellation plan as Omnitron sends it; what it withdrew itself stays withdrawn. */
export function toOmnitronCancellation(
  { pk, orderNumber, type, status, modifiedMs, items }: Cancellation,
  result: CancellationResult | null,
): Record<string, unknown> {
  return {
    pk,
    order: { number: orderNumber },
    plan_type: type,
    status: status === "rejected" ? status : (result?.status ?? status),
    modified_date: new Date(modifiedMs).toISOString(),
    items,
  };
}
