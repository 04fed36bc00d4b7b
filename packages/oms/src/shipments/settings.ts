import { integer, type Setting, url, type ValuesOf } from "@drumline/core/config";

import type { HttpClientOptions } from "@drumline/outbound/http";

import { type CarrierAccess, parseCarriers } from "../gateways/carriers/carrier-directory.ts";
import { createCarrierGateway } from "../gateways/carriers/http.ts";
import type { CarrierGateway } from "../gateways/carriers/port.ts";

/** How parcels are followed. */
export interface TrackingTuning {
  /** Shipments asked about and saved at once. */
  readonly batchSize: number;
  /** Runs that may help one that finds a backlog. */
  readonly helpers: number;
}

const carriers: Setting<ReadonlyMap<string, CarrierAccess>> = {
  key: "CARRIERS",
  about:
    "Carriers with an address and a login of their own: code=https://user:password@host, comma-separated, or the same as a " +
    "JSON object. The others are at CARRIER_URL.",
  example: "correios=https://user:password@correios.example.com",
  fallback: "{}",
  secret: true,
  parse: parseCarriers,
};

/** Env keys of the shipment tasks. */
export const shipmentSettings = {
  carriers,
  carrierUrl: url("CARRIER_URL", ["http", "https"], {
    fallback: "http://127.0.0.1:4010",
    about: "Where carriers are that CARRIERS does not name (/api/v1/carriers/… is added); the fallback is the sandbox.",
    example: "https://carriers.example.com",
  }),
  carrierPassword: {
    key: "CARRIER_PASSWORD",
    about: "Basic password at CARRIER_URL; the user is the carrier's code.",
    fallback: "sandbox-token",
    secret: true,
    parse: (raw) => raw,
  } satisfies Setting<string>,
  carrierConcurrency: integer("CARRIER_CONCURRENCY", {
    fallback: 50,
    min: 1,
    max: 500,
    about: "Requests one worker may have open at one carrier.",
  }),
  carrierPerSecond: integer("CARRIER_REQUESTS_PER_SECOND", {
    fallback: 2_000,
    min: 1,
    max: 100_000,
    about: "Requests one worker may begin per second at one carrier.",
  }),
  trackingBatchSize: integer("OMS_TRACKING_BATCH_SIZE", {
    fallback: 500,
    min: 1,
    max: 5_000,
    about: "Shipments asked about, and saved in one transaction.",
  }),
  trackingHelpers: integer("OMS_TRACKING_HELPERS", {
    fallback: 3,
    min: 0,
    max: 50,
    about: "Further runs that a tracking run may ask for when more than one batch of shipments is due; 0 for none.",
  }),
} as const;

type ShipmentSettings = ValuesOf<typeof shipmentSettings>;

export function toTrackingTuning(settings: ShipmentSettings): TrackingTuning {
  return {
    batchSize: settings.trackingBatchSize,
    helpers: settings.trackingHelpers,
  };
}

export function createCarriers(settings: ShipmentSettings, http: Partial<HttpClientOptions>): CarrierGateway {
  const elsewhere = { url: settings.carrierUrl, password: settings.carrierPassword };
  return createCarrierGateway(
    {
      accessOf: (code) => settings.carriers.get(code) ?? { ...elsewhere, user: code },
      maxConcurrent: settings.carrierConcurrency,
      perSecond: settings.carrierPerSecond,
    },
    http,
  );
}
