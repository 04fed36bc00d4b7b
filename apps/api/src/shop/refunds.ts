import { requestRefund } from "@drumline/shop/commands";
import { loadRefunds, STORED_REFUND_STATUSES } from "@drumline/shop/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { problemSchema } from "../http/problem.ts";
import { instant } from "../http/wire.ts";
import { toOutcomeProblem } from "./outcome-problem.ts";
import { minorUnits } from "./order-fields.ts";

export const refundSchema = z
  .object({
    id: z.uuid(),
    paymentId: z.uuid(),
    orderReference: z.string(),
    cause: z.string().describe("One refund per payment and cause."),
    amountMinor: minorUnits,
    currency: z.string(),
    status: z
      .enum(STORED_REFUND_STATUSES)
      .describe("DUE: not sent yet. UNKNOWN: sent without an answer, and looked up first."),
    rawStatus: z.string().nullable(),
    providerId: z.string().nullable(),
    attempts: z.int(),
    error: z.string().nullable(),
    requestedBy: z.string(),
    note: z.string().nullable(),
    createdAt: instant,
    sentAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: "ShopRefund" });

const position = z.object({ createdAt: instant, id: z.string() });

export function addShopRefundRoutes(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/shop/refunds",
    {
      schema: {
        summary: "Refunds, newest first",
        tags: ["shop"],
        querystring: z.strictObject({
          status: z.enum(STORED_REFUND_STATUSES).optional(),
          paymentId: z.uuid().optional(),
          ...pageQuery({ limit: 50, most: 500 }),
        }),
        response: { 200: pageOf(refundSchema) },
      },
    },
    async ({ query }) =>
      await loadPage(
        query,
        position,
        (filter, after, limit) => loadRefunds(db, filter, after, limit),
        ({ createdAt, id }) => ({ createdAt, id }),
      ),
  );

  app.post(
    "/api/v1/shop/payments/:id/refunds",
    {
      config: { access: "operator" },
      schema: {
        summary: "Pay a payment back, whole or in part",
        description: "Sent by the next run. The same cause again is the same refund; another amount for it is a 409.",
        tags: ["shop"],
        params: z.strictObject({ id: z.uuid() }),
        body: z.strictObject({
          cause: z
            .string()
            .regex(/^(?!provider\/)[\w./#-]{1,100}$/, { error: "expected a name such as return-17" })
            .describe("What it is for: return-17. One refund per payment and cause."),
          amountMinor: minorUnits.nullable().default(null).describe("Null: all that is left."),
          note: z.string().min(1).max(500),
        }),
        response: { 201: z.object({ refundId: z.uuid() }), 404: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const word = { by: whoAsks(request), at: clock.now() };
      const { refundId, ...outcome } = await requestRefund(db, { paymentId: id, ...request.body, ...word });
      const problem = toOutcomeProblem(outcome, `There is no payment ${id}.`);
      if (problem !== null) throw problem;
      return reply.status(201).send({ refundId: refundId! });
    },
  );
}
