import type { JsonObject } from "@drumline/core/task";
import { z } from "zod";

import { instant, issuesOf, MOST_UNITS, pk, text } from "../wire-kinds.ts";
import type { RemoteCancellationPlan } from "./port.ts";

const planSchema = z.object({
  pk,
  order: z.object({ number: text }),
  plan_type: z.enum(["cancel", "refund"]),
  status: text,
  modified_date: instant,
  items: z.array(z.object({ order_item_pk: pk, quantity: z.int().min(1).max(MOST_UNITS) })).max(10_000),
});

/** A cancellation plan as Omnitron sends it. Throws an error that names every field that is wrong. */
export function parseCancellationPlan(raw: JsonObject): RemoteCancellationPlan {
  const parsed = planSchema.safeParse(raw);
  if (!parsed.success) throw new Error(issuesOf(parsed.error), { cause: parsed.error });
  const plan = parsed.data;
  const quantities = new Map<bigint, number>();
  for (const { order_item_pk: itemPk, quantity } of plan.items)
    quantities.set(itemPk, Math.min(MOST_UNITS, (quantities.get(itemPk) ?? 0) + quantity));
  return {
    pk: plan.pk,
    orderNumber: plan.order.number,
    type: plan.plan_type === "cancel" ? "CANCEL" : "REFUND",
    isWaiting: plan.status === "waiting",
    modifiedAt: plan.modified_date,
    items: [...quantities].map(([itemPk, quantity]) => ({ itemPk, quantity })),
  };
}
