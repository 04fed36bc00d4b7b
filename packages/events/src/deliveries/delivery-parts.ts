import type { TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { WebhookClient } from "../webhooks/index.ts";
import type { DeliveryParts, DeliveryTuning } from "./delivery.ts";

/** What a task that delivers events needs of the outside. */
export interface DeliveryGateways {
  readonly webhooks: WebhookClient;
  readonly settings: { readonly delivery: DeliveryTuning };
}

export type DeliveryContext = TaskContext<object, DeliveryGateways, Database>;

export function partsOf(context: DeliveryContext): DeliveryParts {
  const { db, clock, log, signal, gateways } = context;
  return {
    db,
    clock,
    log,
    signal,
    webhooks: gateways.webhooks,
    tuning: gateways.settings.delivery,
    reportProblem: (problem) => context.reportProblem(problem),
  };
}
