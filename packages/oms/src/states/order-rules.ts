import type { enums } from "@drumline/db";

import type { Rules } from "./rule.ts";

export type OrderState = enums.OrderState;
export type PlanState = enums.PlanState;
export type CancellationPlanStatus = enums.CancellationPlanStatus;

const IN_WORK = ["APPROVED", "PREPARING", "SHIPPED", "READY_FOR_PICKUP", "ATTEMPTED_DELIVERY", "DELIVERED"] as const;

/** An order follows its packages and items; before it is planned it follows Omnitron. */
export const orderRules = {
  FOLLOW_PACKAGES: {
    from: ["CANCELLATION_WAITING", "WAITING", "PAYMENT_WAITING", "CONFIRMATION_WAITING", "INACTIVE", ...IN_WORK],
    to: [...IN_WORK, "CANCELLED", "REFUNDED"],
  },
} as const satisfies Rules<OrderState>;

export const planRules = {
  FULFIL_ORDER: { from: ["START"], to: ["PENDING", "COMPLETED", "CANCELLED"] },
  /** New items came. */
  REOPEN: { from: ["PENDING", "COMPLETED", "CANCELLED"], to: ["START"] },
  /** Pending while a package is in an exception state. */
  FOLLOW_PACKAGES: { from: ["PENDING", "COMPLETED"], to: ["PENDING", "COMPLETED", "CANCELLED"] },
} as const satisfies Rules<PlanState>;

export const cancellationRules = {
  PROCESS_CANCELLATION_PLAN: {
    from: ["WAITING", "PROCESSING"],
    // PARTIAL is an end too: what was not done is rejected.
    to: ["PROCESSING", "COMPLETED", "PARTIAL", "REJECTED", "FAILED"],
  },
} as const satisfies Rules<CancellationPlanStatus>;
