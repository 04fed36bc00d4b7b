import { SECOND_MS } from "@drumline/core/clock";

import type { HousekeepingTuning } from "./context.ts";
import type { OmsSettings } from "./settings.ts";
import type { DeliveryTuning } from "@drumline/events/deliveries";

/** No attempt begins in the second half of a lease, so that the last one ends within it even where four share a host. */
const TIMEOUTS_PER_LEASE = 12;

export function toDeliveryTuning(settings: OmsSettings): DeliveryTuning {
  return {
    eventQueueDelayMs: settings.eventQueueDelaySeconds * SECOND_MS,
    maxPerHost: settings.webhookMaxPerHost,
    leaseSeconds: settings.webhookTimeoutSeconds * TIMEOUTS_PER_LEASE,
  };
}

export function toHousekeepingTuning(settings: OmsSettings): HousekeepingTuning {
  return {
    maintenanceTables: settings.maintenanceTables,
    maintenanceTimeoutMs: settings.maintenanceTimeoutSeconds * SECOND_MS,
    archiveChunkRows: settings.archiveChunkRows,
    archiveBudgetMs: settings.archiveBudgetSeconds * SECOND_MS,
    webhookRequestDays: settings.webhookRequestDays,
    failedWebhookRequestDays: settings.failedWebhookRequestDays,
    webhookRequestBatch: settings.webhookRequestBatch,
  };
}
