import { integer, type ValuesOf } from "@drumline/core/config";

/** Env keys of how long incoming webhooks are kept. */
export const inboxSettings = {
  webhookRequestDays: integer("WEBHOOK_REQUEST_RETENTION_DAYS", {
    fallback: 7,
    min: 1,
    max: 3_650,
    about: "Days that records of incoming webhooks are kept.",
  }),
  failedWebhookRequestDays: integer("WEBHOOK_REQUEST_FAILED_RETENTION_DAYS", {
    fallback: 30,
    min: 1,
    max: 3_650,
    about: "Days that records of incoming webhooks are kept that failed or were never finished.",
  }),
  webhookRequestBatch: integer("WEBHOOK_REQUEST_DELETE_BATCH", {
    fallback: 5_000,
    min: 1,
    max: 50_000,
    about: "Records of incoming webhooks that one run deletes at most.",
  }),
} as const;

/** The values of `inboxSettings`. */
export type InboxSettings = ValuesOf<typeof inboxSettings>;
