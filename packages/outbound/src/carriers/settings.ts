import { integer, notTheSandbox, type Setting, url, type ValuesOf } from "@drumline/core/config";

import { type CarrierAccess, parseCarriers } from "./carrier-directory.ts";

const carriers: Setting<ReadonlyMap<string, CarrierAccess>> = {
  key: "CARRIERS",
  about:
    "Carriers with an address and a login of their own: code=https://user:password@host, comma-separated, or the same as a " +
    "JSON object. postnl+https://:key@api.postnl.nl is asked by PostNL's own status API. The others are at CARRIER_URL.",
  example: "correios=https://user:password@correios.example.com",
  fallback: "{}",
  secret: true,
  parse: parseCarriers,
};

/** Env keys of where carriers are and how to call them, for whoever sends parcels. The fallbacks fit the sandbox of `npm start`. */
export const carrierSettings = {
  carriers,
  carrierUrl: notTheSandbox(
    url("CARRIER_URL", ["http", "https"], {
      fallback: "http://127.0.0.1:4010",
      about:
        "Where carriers are that CARRIERS does not name (/api/v1/carriers/… is added); the fallback is the sandbox.",
      example: "https://carriers.example.com",
    }),
  ),
  carrierPassword: notTheSandbox({
    key: "CARRIER_PASSWORD",
    fallback: "sandbox-token",
    about: "Basic password at CARRIER_URL; the user is the carrier's code.",
    secret: true,
    parse: (raw) => raw,
  }),
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

/** The values of `carrierSettings`. */
export type CarrierSettings = ValuesOf<typeof carrierSettings>;
