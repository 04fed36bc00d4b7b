import {
  hardToGuess,
  integer,
  loadEnvFile,
  optionalText,
  readSettings,
  statementSeconds,
  databaseSettings,
  text,
  toggle,
  unchecked,
  type ValuesOf,
} from "@drumline/core/config";
import { duplicateSettings } from "@drumline/engine";
import { privateHostSettings, secondPersonSettings } from "@drumline/ecomnow/commands";
import { secretSettings } from "@drumline/events/subscriptions";
import { privateHostSettings as integrationHostSettings } from "@drumline/integration/commands";
import { apiMailSettings, paymentSettings } from "@drumline/shop/commands";
import { parse } from "dotenv";

import type { SettingSources } from "./api.ts";
import { oidcSettings } from "./auth/oidc/settings.ts";
import { parseTrustedProxies } from "./http/client-address.ts";

export const apiSettings = {
  ...databaseSettings,
  statementSeconds: statementSeconds("API", 15),
  host: text("API_HOST", {
    fallback: "127.0.0.1",
    about: "Address the api listens on. It speaks plain HTTP: let a proxy with TLS stand before it on any other.",
  }),
  port: integer("API_PORT", {
    fallback: 3000,
    min: 0,
    max: 65_535,
    about: "Port the api and the dashboard listen on; 0 takes any free one.",
  }),
  adminToken: hardToGuess(
    {
      ...optionalText("API_ADMIN_TOKEN", {
        secret: true,
        about:
          "A bearer token with the role admin, good beside those of `drumline token`. In production the api does not start without either, nor with one that can be guessed.",
      }),
      parse: parseToken,
    },
    "openssl rand -hex 32",
  ),
  ...oidcSettings,
  ...secretSettings,
  ...privateHostSettings,
  ...secondPersonSettings,
  ...integrationHostSettings,
  // It listens to the providers, and the worker asks them: a shop that has none sets nothing.
  ...unchecked(paymentSettings),
  shopCartUrl: optionalText("SHOP_CART_URL", {
    about: "Where the shop shows a cart that was brought back by a link; {reference} stands for the shop's name of it.",
    example: "https://shop.example.com/cart?id={reference}",
  }),
  ...apiMailSettings,
  requestsPerMinute: integer("API_REQUESTS_PER_MINUTE", {
    fallback: 6_000,
    min: 0,
    max: 1_000_000,
    about: "Requests of one token, or of one address without one, before the api answers 429; 0 is no limit.",
  }),
  viewersSeePeople: toggle("API_VIEWERS_SEE_PEOPLE", {
    fallback: false,
    about:
      "Shows viewers what is somebody's: addresses, names, arguments of runs, records as they came. Off, only operators and admins see it.",
  }),
  webhookBodyLimitKb: integer("WEBHOOK_BODY_LIMIT_KB", {
    fallback: 1_024,
    min: 1,
    max: 32_768,
    about:
      "The longest body of a webhook that comes in, in kilobytes, packed and unpacked; a longer one is answered 413.",
  }),
  trustedProxies: {
    ...text("API_TRUSTED_PROXIES", {
      fallback: "",
      example: "127.0.0.1,10.0.0.0/8",
      about:
        "Addresses and networks of the proxies before the api, separated by commas: X-Forwarded-For is believed from them alone. Without it, every client behind a proxy has the proxy's address.",
    }),
    parse: parseTrustedProxies,
  },
  ...duplicateSettings,
} as const;

export type ApiConfig = ValuesOf<typeof apiSettings> & { readonly sources: SettingSources };

/** Reads `.env` and the environment, which wins. Throws `InvalidConfiguration` with every problem. */
export function readApiConfig(): ApiConfig {
  const file = loadEnvFile(process.env, parse);
  return { ...readSettings(apiSettings, process.env), sources: { environment: { ...process.env }, file } };
}

function parseToken(raw: string): string {
  if (/^[\w.~+/-]{24,512}=*$/.test(raw)) return raw;
  throw new Error("expected 24 to 512 letters, digits and . _ ~ + / -, such as those of: openssl rand -hex 32");
}
