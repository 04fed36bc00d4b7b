import { askPaymentNow } from "@drumline/shop/commands";
import { loadPayment, loadPayments, PAYMENT_STATUSES, SOURCES } from "@drumline/shop/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, rowId } from "../http/wire.ts";
import { checkPaymentsNow } from "./check-payments-now.ts";
import { refundSchema } from "./refunds.ts";
import { minorUnits } from "./order-fields.ts";

const paymentSchema = z
  .object({
    id: z.uuid(),
    orderId: rowId,
    orderReference: z.string(),
    provider: z.string(),
    providerId: z.string().nullable(),
    mode: z.string().nullable().describe("live or test, as the provider says."),
    method: z.string().nullable(),
    status: z.enum(PAYMENT_STATUSES),
    rawStatus: z.string().nullable().describe("The provider's own word."),
    amountMinor: minorUnits,
    currency: z.string(),
    paidMinor: minorUnits.nullable().describe("What its provider says was paid or promised; null: it has not said so."),
    paidCurrency: z.string().nullable(),
    refundedMinor: minorUnits,
    isCancelable: z.boolean(),
    failureReason: z.string().nullable(),
    createdAt: instant,
    expiresAt: instant.nullable(),
    captureBefore: instant.nullable(),
    endedAt: instant.nullable(),
    nextCheckAt: instant.nullable().describe("When its provider is asked next; null: not by the plan."),
    checks: z.int(),
    failedChecks: z.int().describe("In a row."),
    lastCheckError: z.string().nullable(),
  })
  .meta({ id: "ShopPayment" });

const paymentDetailSchema = paymentSchema
  .extend({
    history: z
      .array(
        z.object({
          at: instant,
          source: z.enum(SOURCES),
          rawStatus: z.string(),
          fromStatus: z.enum(PAYMENT_STATUSES),
          toStatus: z.enum(PAYMENT_STATUSES),
          effect: z.string().describe("What followed, such as CONFIRM, HOLD, REFUND; NONE."),
        }),
      )
      .readonly(),
    refunds: z.array(refundSchema).readonly(),
    disputes: z
      .array(
        z.object({
          providerId: z.string(),
          status: z.enum(["OPEN", "WON", "LOST"]),
          amountMinor: minorUnits,
          currency: z.string(),
          reason: z.string().nullable(),
          openedAt: instant,
          endedAt: instant.nullable(),
        }),
      )
      .readonly(),
  })
  .meta({ id: "ShopPaymentDetail" });

const params = z.strictObject({ id: z.uuid() });

export const pagePosition = z.object({ createdAt: instant, id: z.string() });

export function addShopPaymentRoutes(app: Api, parts: ApiParts): void {
  const { db, clock } = parts;

  app.get(
    "/api/v1/shop/payments",
    {
      schema: {
        summary: "Attempts to pay, newest first",
        tags: ["shop"],
        querystring: z.strictObject({
          provider: z.string().max(32).optional(),
          providerId: z.string().max(255).optional(),
          status: z.enum(PAYMENT_STATUSES).optional(),
          orderId: rowId.optional(),
          ...pageQuery({ limit: 50, most: 500 }),
        }),
        response: { 200: pageOf(paymentSchema) },
      },
    },
    async ({ query }) =>
      await loadPage(
        query,
        pagePosition,
        (filter, after, limit) => loadPayments(db, filter, after, limit),
        ({ createdAt, id }) => ({ createdAt, id }),
      ),
  );

  app.get(
    "/api/v1/shop/payments/:id",
    {
      schema: {
        summary: "An attempt to pay, with all that was seen of it",
        tags: ["shop"],
        params,
        response: { 200: paymentDetailSchema, 404: problemSchema },
      },
    },
    async ({ params: { id } }) => {
      const payment = await loadPayment(db, id);
      if (payment === null) throw new HttpProblem(404, `There is no payment ${id}.`);
      return payment;
    },
  );

  app.post(
    "/api/v1/shop/payments/:id/ask",
    {
      config: { access: "operator" },
      schema: {
        summary: "Ask its provider now",
        description:
          "For the shopper's return (`RETURN`) and for people. What the provider says is applied by a run; GET the payment for what it came to.",
        tags: ["shop"],
        params,
        body: z.strictObject({ source: z.enum(["RETURN", "MANUAL"]).default("MANUAL") }).nullish(),
        response: {
          202: z.object({ runId: z.string().nullable().describe("Null: the next run of the schedule asks.") }),
          404: problemSchema,
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const source = request.body?.source ?? "MANUAL";
      if (!(await askPaymentNow(db, { paymentId: id, source, at: clock.now() })))
        throw new HttpProblem(404, `There is no payment ${id} that its provider has an id for.`);
      return reply.status(202).send({ runId: await checkPaymentsNow(parts, whoAsks(request)) });
    },
  );
}
