import { archiveSettings } from "@drumline/audit/audit-events";
import type { ValuesOf } from "@drumline/core/config";
import { deliverySettings } from "@drumline/events/deliveries";
import { inboxSettings } from "@drumline/events/inbox";

import { cancellationSettings } from "./cancellations/settings.ts";
import { gatewaySettings } from "./gateways/settings.ts";
import { importSettings } from "./imports/settings.ts";
import { maintenanceSettings } from "./maintenance/settings.ts";
import { planningSettings } from "./planning/settings.ts";
import { reservationSettings } from "./reservations/settings.ts";
import { shipmentSettings } from "./shipments/settings.ts";

/** Env keys of the OMS's handlers, for the worker's config. */
export const omsSettings = {
  ...gatewaySettings,
  ...importSettings,
  ...planningSettings,
  ...reservationSettings,
  ...cancellationSettings,
  ...shipmentSettings,
  ...deliverySettings,
  ...maintenanceSettings,
  ...archiveSettings,
  ...inboxSettings,
} as const;

/** The values of `omsSettings`; a handler declares which of them it reads. */
export type OmsSettings = ValuesOf<typeof omsSettings>;
