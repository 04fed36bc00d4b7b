import { optionalText, type ValuesOf } from "@drumline/core/config";

/** Env keys of products, refunds, categories, client integrations and the status check. */
export const dataSettings = {
  ecomnowSecretKey: optionalText("ECOMNOW_SECRET_KEY", {
    secret: true,
    about:
      "Key for the secrets of client integrations at rest: 32 bytes in base64, from `openssl rand -base64 32`. " +
      "Empty: only secrets by reference to an env key (`env:NAME`) can be used.",
  }),
} as const;

export type DataSettings = ValuesOf<typeof dataSettings>;
