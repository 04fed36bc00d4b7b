import { integer, type Setting, text, url, type ValuesOf } from "@drumline/core/config";

import { parseSecretKey } from "@drumline/outbound/secrets";

const secretKey: Setting<Buffer> = {
  key: "ECOMNOW_SECRET_KEY",
  about:
    "Seals the secrets of vendors, clients and watched APIs in the database: 32 bytes in base64, from `openssl rand -base64 32`. " +
    "Empty: they can only be references to env keys, such as env:ECOMNOW_SECRET_ACME.",
  fallback: null,
  secret: true,
  parse: parseSecretKey,
};

/** Env keys of products, refunds, categories, client integrations and the status check. */
export const dataSettings = {
  ecomnowSecretKey: secretKey as Setting<Buffer | null>,
  ecomnowPrivateHosts: {
    ...text("ECOMNOW_PRIVATE_HOSTS", {
      fallback: "",
      about:
        "Hosts of private networks that URLs of vendors, clients and watched APIs may reach, comma-separated with their ports; " +
        "all others are refused.",
      example: "127.0.0.1:4010,erp.intern:443",
    }),
    parse: (raw: string): readonly string[] => raw.split(",").map((host) => host.trim()),
  } satisfies Setting<readonly string[]>,
  ecomnowFeedConcurrency: integer("ECOMNOW_FEED_CONCURRENCY", {
    fallback: 4,
    min: 1,
    max: 50,
    about: "Vendor feeds that one run reads at once.",
  }),
  ecomnowFeedTimeoutSeconds: integer("ECOMNOW_FEED_TIMEOUT_SECONDS", {
    fallback: 60,
    min: 1,
    max: 3_600,
    about: "Seconds a vendor feed may take to begin, and may be silent after that.",
  }),
  ecomnowLongestSilenceSeconds: integer("ECOMNOW_LONGEST_SILENCE_SECONDS", {
    fallback: 3_600,
    min: 1,
    max: 86_400,
    about:
      "However long a client or the refund channel asks to be left alone (Retry-After), it is asked again after this.",
  }),
  refundChannelUrl: url("REFUND_CHANNEL_URL", ["http", "https"], {
    fallback: "http://127.0.0.1:4010",
    about: "The sales channel that refunds are sent to (/api/v1/refunds is added); the fallback is the sandbox.",
    example: "https://channel.example.com",
  }),
  refundChannelToken: {
    ...text("REFUND_CHANNEL_TOKEN", {
      fallback: "sandbox-token",
      about: "Token for the refund channel, sent as `Authorization: Bearer <token>`.",
    }),
    secret: true,
  },
} as const;

export type DataSettings = ValuesOf<typeof dataSettings>;
