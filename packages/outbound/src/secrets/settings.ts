import { hardToGuess, type Setting } from "@drumline/core/config";

import { parseSecretKey } from "./secret-key.ts";

const secretKey = hardToGuess<Buffer | null>(
  {
    key: "ECOMNOW_SECRET_KEY",
    about:
      "Seals the secrets of webhooks, vendors, clients and watched APIs in the database: 32 bytes in base64, from `openssl rand -base64 32`. " +
      "Empty: they can only be references to env keys, such as env:ECOMNOW_SECRET_ACME, and nobody can subscribe to events.",
    fallback: null,
    secret: true,
    parse: parseSecretKey,
  },
  "openssl rand -base64 32",
);

const previousKeys: Setting<readonly Buffer[]> = {
  key: "ECOMNOW_SECRET_KEY_PREVIOUS",
  about:
    "Earlier ECOMNOW_SECRET_KEYs, comma-separated: what they sealed still opens, until `drumline secret rotate` has sealed it anew.",
  fallback: "",
  secret: true,
  parse: (raw) =>
    raw
      .split(",")
      .filter((one) => one.trim() !== "")
      .map((one) => parseSecretKey(one.trim())),
};

/** Env keys of the box that api, worker and command line open alike. */
export const secretSettings = { ecomnowSecretKey: secretKey, ecomnowSecretKeyPrevious: previousKeys } as const;
