import type { JsonObject } from "@drumline/core/task";
import { z } from "zod";

import { instant, parseRecord, pk, text } from "@drumline/outbound/records";
import { MOST_LINES, MOST_UNITS, type RemoteCancellationPlan } from "./port.ts";

const planSchema = z.object({
  pk,
  order: z.object({ number: text }),
  plan_type: z.enum(["cancel", "refund"]),
  status: text,
  modified_date: instant,
  items: z.array(z.object({ order_item_pk: pk, quantity: z.int().min(1).max(MOST_UNITS) })).max(MOST_LINES),
});

/** A cancellation plan as Omnitron sends it. Throws `InvalidRecord`. */
export function parseCancellationPlan(raw: JsonObject): RemoteCancellationPlan {
  const plan = parseRecord(planSchema, raw);
  const quantities = new Map<bigint, number>();
  for (const { order_item_pk: itemPk, quantity } of plan.items)
    quantities.set(itemPk, Math.min(MOST_UNITS, (quantities.get(itemPk) ?? 0) + quantity));
  return {
    pk: plan.pk,
    orderNumber: plan.order.number,
    type: plan.plan_type === "cancel" ? "CANCEL" : "REFUND",
    status: plan.status,
    isWaiting: plan.status === "waiting",
    modifiedAt: plan.modified_date,
    items: [...quantities].map(([itemPk, quantity]) => ({ itemPk, quantity })),
  };
}
