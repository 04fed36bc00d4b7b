import { SECOND_MS } from "@drumline/core/clock";
import { createWebhookClient } from "@drumline/events/webhooks";

import { toCancellationTuning } from "../cancellations/settings.ts";
import type { OmsGateways } from "../context.ts";
import { createInventoryGateway } from "./inventory/http.ts";
import { createOmnitronGateway } from "./omnitron/http.ts";
import { toReplanTuning } from "../planning/settings.ts";
import type { OmsSettings } from "../settings.ts";
import { createCarriers, toTrackingTuning } from "../shipments/settings.ts";
import { toDeliveryTuning, toHousekeepingTuning } from "../tuning.ts";

/** The OMS's outside, over HTTP. Connects to nothing until a handler asks. */
export function createOmsGateways(settings: OmsSettings): OmsGateways {
  const http = {
    firstRetryMs: settings.omsHttpFirstRetryMs,
    longestSilenceMs: settings.omsLongestSilenceSeconds * SECOND_MS,
  };
  return {
    omnitron: createOmnitronGateway({ url: settings.omnitronUrl, token: settings.omnitronToken }, http),
    inventory: createInventoryGateway({ url: settings.inventoryUrl, token: settings.inventoryToken }, http),
    carriers: createCarriers(settings, http),
    webhooks: createWebhookClient({
      allowPrivate: settings.webhookAllowPrivate,
      timeoutMs: settings.webhookTimeoutSeconds * SECOND_MS,
      maxPerHost: settings.webhookMaxPerHost,
    }),
    settings: {
      pageSize: settings.omnitronPageSize,
      overlapMs: settings.omnitronOverlapSeconds * SECOND_MS,
      locationsPauseMs: settings.omnitronLocationsPauseSeconds * SECOND_MS,
      planBatchSize: settings.omsPlanBatchSize,
      planHelpers: settings.omsPlanHelpers,
      cancellation: toCancellationTuning(settings),
      replan: toReplanTuning(settings),
      tracking: toTrackingTuning(settings),
      delivery: toDeliveryTuning(settings),
      housekeeping: toHousekeepingTuning(settings),
    },
  };
}
