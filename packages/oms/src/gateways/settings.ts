import { integer, notTheSandbox, type Setting, url, type ValuesOf } from "@drumline/core/config";
import { carrierSettings } from "@drumline/outbound/carriers";

const secret = (key: string, fallback: string, about: string): Setting<string> =>
  notTheSandbox({ key, about, fallback, secret: true, parse: (raw) => raw });

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
  ...carrierSettings,
} as const;

/** The values of `gatewaySettings`. */
export type GatewaySettings = ValuesOf<typeof gatewaySettings>;
