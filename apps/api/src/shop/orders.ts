import { isTimezone } from "@drumline/core/config";
import { resolveHeld, takeOrder } from "@drumline/shop/commands";
import { HELD_REASONS, loadOrder, loadOrders, ORDER_STATUSES, PAYMENT_STATES } from "@drumline/shop/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, rowId } from "../http/wire.ts";
import { checkPaymentsNow } from "./check-payments-now.ts";
import { toOutcomeProblem } from "./outcome-problem.ts";
import { currencyCode, minorUnits, optional, reference } from "./order-fields.ts";

const lineSchema = z.strictObject({
  sku: z.string().min(1).max(200),
  title: z.string().min(1).max(500),
  quantity: z.int().min(1).max(1_000_000),
  priceMinor: minorUnits,
});

const orderSchema = z
  .object({
    id: rowId,
    reference: z.string(),
    status: z.enum(ORDER_STATUSES),
    paymentState: z.enum(PAYMENT_STATES),
    heldReason: z.enum(HELD_REASONS).nullable().describe("Why it is HELD and waits for a person."),
    currency: z.string(),
    totalMinor: minorUnits,
    placedAt: instant,
    confirmedAt: instant.nullable(),
    cancelledAt: instant.nullable(),
    payBy: instant.nullable(),
    version: z.int(),
    lines: z.array(z.object(lineSchema.shape)).readonly(),
  })
  .meta({ id: "ShopOrder" });

const timeZone = z
  .string()
  .max(64)
  .refine(isTimezone, { error: "expected an IANA name such as Europe/Amsterdam" })
  .nullable()
  .default(null);

const person = {
  email: z.string().min(3).max(320).nullable().default(null),
  name: optional.text(200),
  phone: optional.text(50),
  locale: z.string().min(2).max(35).default("en"),
  timeZone,
};

const attemptSchema = z.strictObject({
  id: z.uuid().nullable().default(null).describe("What went to the provider as your reference."),
  provider: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, { error: "expected a provider in small letters, such as mollie" }),
  providerId: z.string().min(1).max(255).nullable().default(null).describe("Null until the provider has answered."),
  amountMinor: minorUnits,
  currency: currencyCode.optional().describe("The order's unless said otherwise."),
  method: optional.text(100),
  checkoutUrl: z.url().max(2_000).nullable().default(null),
  createdAt: instant.optional(),
  expiresAt: instant.nullable().default(null),
});

const newOrderSchema = z.strictObject({
  reference: reference.describe("Your own name of the order; the same twice is one."),
  customer: z
    .strictObject({ reference, ...person })
    .nullable()
    .default(null),
  cartReference: optional.text(200),
  ...person,
  shipTo: z.record(z.string().max(50), z.string().max(500).nullable()).default({}),
  currency: currencyCode,
  totalMinor: minorUnits,
  placedAt: instant.optional(),
  payBy: instant.nullable().default(null).describe("Unpaid by then, it is cancelled once its provider was asked."),
  lines: z.array(lineSchema).min(1).max(500),
  payments: z
    .array(attemptSchema)
    .max(50)
    .default([])
    .describe("Attempts to pay; whether they are paid is asked of the provider."),
});

const takenSchema = z
  .object({
    order: orderSchema,
    newPayments: z.int(),
    missing: z
      .array(z.object({ sku: z.string(), wanted: minorUnits, available: minorUnits.nullable() }))
      .readonly()
      .describe("Pieces that could not be held for it; null: no product has the sku."),
  })
  .meta({ id: "TakenShopOrder" });

const params = z.strictObject({ id: rowId });

export function addShopOrderRoutes(app: Api, parts: ApiParts): void {
  const { db, clock } = parts;
  const requireOrder = async (id: bigint) => {
    const order = await loadOrder(db, id);
    if (order === null) throw new HttpProblem(404, `There is no order ${id}.`);
    return order;
  };

  app.post(
    "/api/v1/shop/orders",
    {
      config: { access: "operator" },
      schema: {
        summary: "Take an order in, with its lines, its customer and its attempts to pay",
        description: "The same order again adds the attempts that are new; one with other facts is a 409.",
        tags: ["shop"],
        body: newOrderSchema,
        response: { 200: takenSchema, 201: takenSchema, 409: problemSchema },
      },
    },
    async ({ body }, reply) => {
      const now = clock.now();
      const { placedAt = now, payments, ...order } = body;
      const attempts = payments.map(({ currency = order.currency, createdAt = now, ...attempt }) => ({
        ...attempt,
        currency,
        createdAt,
      }));
      const taken = await takeOrder(db, { ...order, placedAt, payments: attempts }, now);
      if (taken.outcome === "DIFFERS")
        throw new HttpProblem(409, `Order ${order.reference} is known with another ${taken.differs.join(", ")}.`, {
          code: "ORDER_DIFFERS",
          errors: taken.differs.map((where) => ({ where: `body.${where}`, problem: "is not what is on record" })),
        });
      if (taken.isHinted) await checkPaymentsNow(parts, "a webhook that came before its order");
      const { newPayments, missing } = taken;
      return reply
        .status(taken.outcome === "CREATED" ? 201 : 200)
        .header("location", `/api/v1/shop/orders/${taken.id}`)
        .send({ order: await requireOrder(taken.id), newPayments, missing });
    },
  );

  app.get(
    "/api/v1/shop/orders",
    {
      schema: {
        summary: "Orders, newest first",
        tags: ["shop"],
        querystring: z.strictObject({
          status: z.enum(ORDER_STATUSES).optional(),
          paymentState: z.enum(PAYMENT_STATES).optional(),
          reference: reference.optional(),
          ...pageQuery({ limit: 50, most: 500 }),
        }),
        response: { 200: pageOf(orderSchema) },
      },
    },
    async ({ query }) =>
      await loadPage(
        query,
        rowId,
        (filter, after, limit) => loadOrders(db, filter, after, limit),
        ({ id }) => id,
      ),
  );

  app.get(
    "/api/v1/shop/orders/:id",
    { schema: { summary: "An order", tags: ["shop"], params, response: { 200: orderSchema, 404: problemSchema } } },
    async ({ params: { id } }) => await requireOrder(id),
  );

  app.post(
    "/api/v1/shop/orders/:id/resolve",
    {
      config: { access: "operator" },
      schema: {
        summary: "Confirm or refund an order that is held",
        description:
          "CONFIRM lets it go on as it is. REFUND pays all of it back and cancels it, or with `paymentId` pays that one back and lets the order go on; of an order that is paid twice the later payment, unless one is named.",
        tags: ["shop"],
        params,
        body: z.strictObject({
          decision: z.enum(["CONFIRM", "REFUND"]),
          paymentId: z.uuid().nullable().default(null),
          note: z.string().min(1).max(500).describe("Why; kept with the refunds and the problem."),
          version: z.int().min(1).optional().describe("The version that was looked at: 409 unless it still is."),
        }),
        response: { 200: orderSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const word = { by: whoAsks(request), at: clock.now() };
      const outcome = await resolveHeld(db, { orderId: id, ...request.body, ...word });
      const problem = toOutcomeProblem(outcome, `There is no order ${id}.`);
      if (problem !== null) throw problem;
      return await requireOrder(id);
    },
  );
}
