import { z } from "zod";

import { jsonReply, parseInput, type Route } from "../http/index.ts";
import type { EcomnowState } from "./ecomnow-state.ts";

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

/** The sales channel that hears of refunds: each key counts once. */
export function refundRoute({ answers, told }: EcomnowState): Route {
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
