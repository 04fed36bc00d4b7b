import type { OmsContext } from "../context.ts";
import type { DeliveryParts } from "./delivery.ts";

export function partsOf(context: OmsContext<unknown>): DeliveryParts {
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
