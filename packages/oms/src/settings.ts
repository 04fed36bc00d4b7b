import { integer, type Setting, url, type ValuesOf } from "@drumline/core/config";

import { cancellationSettings } from "./cancellations/settings.ts";
import { housekeepingSettings } from "./maintenance/settings.ts";
import { replanSettings } from "./planning/settings.ts";
import { shipmentSettings } from "./shipments/settings.ts";
import { deliverySettings } from "@drumline/events/deliveries";

const secret = (key: string, fallback: string, about: string): Setting<string> => ({
  key,
  about,
  fallback,
  secret: true,
  parse: (raw) => raw,
});

/** Env keys of the OMS's handlers, for the worker's config. The fallbacks fit the sandbox of `npm start`. */
export const omsSettings = {
  omnitronUrl: url("OMNITRON_URL", ["http", "https"], {
    fallback: "http://127.0.0.1:4010",
    about: "Where Omnitron's integration API is (/api/i1/… is added); the fallback is the sandbox.",
    example: "https://omnitron.example.com",
  }),
  omnitronToken: secret("OMNITRON_TOKEN", "sandbox-token", "Key for Omnitron, sent as `Authorization: Token <key>`."),
  omnitronPageSize: integer("OMNITRON_PAGE_SIZE", {
    fallback: 500,
    min: 1,
    max: 1_000,
    about: "Orders or stock locations per page; a page is one transaction.",
  }),
  omnitronOverlapSeconds: integer("OMNITRON_OVERLAP_SECONDS", {
    fallback: 300,
    min: 0,
    max: 86_400,
    about: "Seconds before its cursor at which a pull begins, so that what Omnitron commits late is still seen.",
  }),
  omnitronLocationsPauseSeconds: integer("OMNITRON_LOCATIONS_PAUSE_SECONDS", {
    fallback: 0,
    min: 0,
    max: 30 * 86_400,
    about: "Seconds for which the stock locations stay as they were pulled; 0 pulls them with every pull of orders.",
  }),
  inventoryUrl: url("INVENTORY_URL", ["http", "https"], {
    fallback: "http://127.0.0.1:4010",
    about: "Where the inventory engine is (/api/v1/stock/query is added); the fallback is the sandbox.",
    example: "https://inventory.example.com",
  }),
  inventoryToken: secret(
    "INVENTORY_TOKEN",
    "sandbox-token",
    "Token for the inventory engine, sent as `Authorization: Bearer <token>`.",
  ),
  omsHttpFirstRetryMs: integer("OMS_HTTP_FIRST_RETRY_MS", {
    fallback: 200,
    min: 1,
    max: 10_000,
    about: "Milliseconds before a call to an outside system is repeated; doubles with each further repetition.",
  }),
  omsLongestSilenceSeconds: integer("OMS_LONGEST_SILENCE_SECONDS", {
    fallback: 3_600,
    min: 1,
    max: 86_400,
    about:
      "However long Omnitron, the inventory engine or a carrier asks to be left alone (Retry-After), it is asked again after this.",
  }),
  omsPlanBatchSize: integer("OMS_PLAN_BATCH_SIZE", {
    fallback: 500,
    min: 1,
    max: 5_000,
    about: "Orders planned in one transaction.",
  }),
  omsPlanHelpers: integer("OMS_PLAN_HELPERS", {
    fallback: 3,
    min: 0,
    max: 50,
    about: "Further runs that a planning run may ask for when more than one batch of orders waits; 0 for none.",
  }),
  ...replanSettings,
  ...cancellationSettings,
  ...shipmentSettings,
  ...deliverySettings,
  ...housekeepingSettings,
} as const;

export type OmsSettings = ValuesOf<typeof omsSettings>;
