import { integer, notTheSandbox, type Setting, url, type ValuesOf } from "@drumline/core/config";

import { type CarrierAccess, parseCarriers } from "./carriers/carrier-directory.ts";

const secret = (key: string, fallback: string, about: string): Setting<string> =>
  notTheSandbox({ key, about, fallback, secret: true, parse: (raw) => raw });

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

/** Env keys of where the outside systems are and how to call them. The fallbacks fit the sandbox of `npm start`. */
export const gatewaySettings = {
  omnitronUrl: notTheSandbox(
    url("OMNITRON_URL", ["http", "https"], {
      fallback: "http://127.0.0.1:4010",
      about: "Where Omnitron's integration API is (/api/i1/… is added); the fallback is the sandbox.",
      example: "https://omnitron.example.com",
    }),
  ),
  omnitronToken: secret("OMNITRON_TOKEN", "sandbox-token", "Key for Omnitron, sent as `Authorization: Token <key>`."),
  inventoryUrl: notTheSandbox(
    url("INVENTORY_URL", ["http", "https"], {
      fallback: "http://127.0.0.1:4010",
      about: "Where the inventory engine is (/api/v1/stock/query is added); the fallback is the sandbox.",
      example: "https://inventory.example.com",
    }),
  ),
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
  carriers,
  carrierUrl: notTheSandbox(
    url("CARRIER_URL", ["http", "https"], {
      fallback: "http://127.0.0.1:4010",
      about:
        "Where carriers are that CARRIERS does not name (/api/v1/carriers/… is added); the fallback is the sandbox.",
      example: "https://carriers.example.com",
    }),
  ),
  carrierPassword: secret(
    "CARRIER_PASSWORD",
    "sandbox-token",
    "Basic password at CARRIER_URL; the user is the carrier's code.",
  ),
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
} as const;

/** The values of `gatewaySettings`. */
export type GatewaySettings = ValuesOf<typeof gatewaySettings>;
