import { SECOND_MS } from "@drumline/core/clock";
import type { DeliverySettings } from "@drumline/events/deliveries";
import { createWebhookClient, type WebhookClient } from "@drumline/events/webhooks";
import { type CarrierGateway, createCarriers } from "@drumline/outbound/carriers";
import { createSecretBox, type SecretBox } from "@drumline/outbound/secrets";

import { createInventoryGateway } from "./inventory/http.ts";
import type { InventoryGateway } from "./inventory/port.ts";
import { createOmnitronGateway } from "./omnitron/http.ts";
import type { OmnitronGateway } from "./omnitron/port.ts";
import type { GatewaySettings } from "./settings.ts";

/** The outside of the OMS, and the settings its handlers read. Each handler declares which part of it it uses. */
export interface OmsGateways<Settings> {
  readonly omnitron: OmnitronGateway;
  readonly inventory: InventoryGateway;
  readonly carriers: CarrierGateway;
  readonly webhooks: WebhookClient;
  /** Opens what subscriptions have sealed in their rows. */
  readonly secrets: SecretBox;
  readonly settings: Settings;
}

/** The OMS's outside, over HTTP. Connects to nothing until a handler asks. */
export function createOmsGateways<Settings extends GatewaySettings & DeliverySettings>(
  settings: Settings,
): OmsGateways<Settings> {
  const http = {
    firstRetryMs: settings.omsHttpFirstRetryMs,
    longestSilenceMs: settings.omsLongestSilenceSeconds * SECOND_MS,
  };
  return {
    omnitron: createOmnitronGateway({ url: settings.omnitronUrl, token: settings.omnitronToken }, http),
    inventory: createInventoryGateway({ url: settings.inventoryUrl, token: settings.inventoryToken }, http),
    carriers: createCarriers(settings, http),
    secrets: createSecretBox({ current: settings.ecomnowSecretKey, previous: settings.ecomnowSecretKeyPrevious }, {}),
    webhooks: createWebhookClient({
      allowPrivate: settings.webhookAllowPrivate,
      timeoutMs: settings.webhookTimeoutSeconds * SECOND_MS,
      maxPerHost: settings.webhookMaxPerHost,
    }),
    settings,
  };
}
