import { z } from "zod";

import type { VirtualClock } from "../clock/index.ts";
import { NoSuchOrder, type OrderState, type ServedOrder, type StockOverrides } from "../dataset/index.ts";
import { HttpError, jsonReply, parseInput, type Route } from "../http/index.ts";
import { type CancellationState, toOmnitronCancellation, toOmnitronOrder } from "../omnitron/index.ts";

/** The clock's number and identity stay as they are, so that the order keeps its place among the others. */
const orderChange = z.strictObject({
  patch: z
    .record(z.string(), z.unknown())
    .refine((patch) => !["pk", "number", "modified_date"].some((key) => key in patch), {
      error: "pk, number and modified_date cannot be patched; modified_date becomes the virtual now by itself",
    }),
});

const cancellationChange = z.strictObject({
  order: z.string().min(1),
  plan_type: z.enum(["cancel", "refund"]).default("cancel"),
  status: z.enum(["waiting", "rejected"]).default("waiting"),
  items: z.array(z.strictObject({ order_item_pk: z.int().min(1), quantity: z.int().min(1) })).max(1_000),
});

const stockChange = z.strictObject({
  levels: z
    .array(z.strictObject({ sku: z.string().min(1), erp_code: z.string().min(1), quantity: z.int().min(0).nullable() }))
    .max(5_000),
});

export interface Changeable {
  readonly clock: VirtualClock;
  readonly orders: OrderState;
  readonly cancellations: CancellationState;
  readonly stockLevels: StockOverrides;
}

/** How Omnitron's people and the world change their minds: orders, cancellation plans, stock. */
export function changeRoutes({ clock, orders, cancellations, stockLevels }: Changeable): Route[] {
  return [
    {
      method: "GET",
      path: "/_sandbox/orders/:number",
      about: "A visible order as Omnitron would send it now",
      auth: null,
      handle: ({ params }) =>
        jsonReply(toOmnitronOrder(orNotFound(() => orders.look(params["number"]!, clock.nowMs())))),
    },
    {
      method: "PUT",
      path: "/_sandbox/orders/:number",
      about:
        'Changes a visible order: { "patch": { field of the served order: value } }; its modified_date becomes now',
      auth: null,
      handle: ({ params, body }) => {
        const { patch } = parseInput(orderChange, body, "the body");
        return jsonReply(toOmnitronOrder(orNotFound(() => orders.change(params["number"]!, patch, clock.nowMs()))));
      },
    },
    {
      method: "PUT",
      path: "/_sandbox/cancellation_plans/:pk",
      about:
        'Makes, changes or withdraws a cancellation plan: { "order": number, "plan_type"?, "status"?: waiting|rejected, "items": [{ order_item_pk, quantity }] }',
      auth: null,
      handle: ({ params, body }) => {
        const { order, plan_type: type, ...rest } = parseInput(cancellationChange, body, "the body");
        const { pk } = parseInput(z.object({ pk: z.coerce.number().int().min(1) }), params, "the path");
        orNotFound(() => orders.look(order, clock.nowMs()));
        const plan = { ...rest, pk, orderNumber: order, type, modifiedMs: clock.nowMs() };
        cancellations.put(plan);
        return jsonReply(toOmnitronCancellation(plan, cancellations.resultOf(pk)));
      },
    },
    {
      method: "GET",
      path: "/_sandbox/cancellation_plans",
      about: "Every cancellation plan so far, each with what came back about it",
      auth: null,
      handle: () => {
        const { plans } = cancellations.pageAfter({ modifiedMs: -Infinity, pk: 0 }, Infinity, clock.nowMs());
        return jsonReply({
          results: plans.map((plan) => ({
            ...toOmnitronCancellation(plan, null),
            result: cancellations.resultOf(plan.pk),
          })),
        });
      },
    },
    {
      method: "PUT",
      path: "/_sandbox/stock",
      about: 'Says what is where: { "levels": [{ sku, erp_code, quantity | null for what the dataset says }] }',
      auth: null,
      handle: ({ body }) => {
        const { levels } = parseInput(stockChange, body, "the body");
        stockLevels.set(levels.map(({ sku, erp_code: erpCode, quantity }) => ({ sku, erpCode, quantity })));
        return jsonReply({ changed: levels.length });
      },
    },
  ];
}

function orNotFound(find: () => ServedOrder): ServedOrder {
  try {
    return find();
  } catch (error) {
    if (error instanceof NoSuchOrder) throw new HttpError(404, { code: error.code, message: error.message });
    throw error;
  }
}
