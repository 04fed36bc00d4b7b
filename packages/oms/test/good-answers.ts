import type { JsonValue } from "@drumline/core/task";

import { rawCancellation, rawItem, rawLocation, rawOrder } from "./local-omnitron.ts";

const event = { occurredAt: "2026-11-20T10:00:00Z", status: "SHIPPING", location: "hub", description: "on its way 📦" };

/** One good answer of each kind that comes into the OMS, as JSON. */
export const goodAnswers = {
  order: asJson(
    rawOrder(1, { orderitem_set: [rawItem(1, { attributes_kwargs: { seller: "A", deep: [[1]] } }), rawItem(2)] }),
  ),
  cancellationPlan: asJson(
    rawCancellation(1, "R1", [
      [1, 1],
      [2, 3],
    ]),
  ),
  location: asJson(rawLocation(1, "A", { max_quota: 5 })),
  tracking: { status: "SHIPPING", events: [event, { ...event, occurredAt: "2026-11-20T09:00:00-03:00" }] },
  announced: { trackingNumber: "T1", awbNumber: "A1", labelUrl: "https://carrier.example.com/label" },
  calledBack: { status: "DELETED" },
  stock: {
    as_of: "2026-11-20T12:00:00Z",
    stock: [
      { sku: "a", erp_code: "A", quantity: 3 },
      { sku: "b", erp_code: "A", quantity: 0 },
    ],
    unknown_skus: ["b"],
  },
} as const satisfies Readonly<Record<string, JsonValue>>;

function asJson(raw: unknown): JsonValue {
  return JSON.parse(JSON.stringify(raw)) as JsonValue;
}
