import { secretSettings } from "@drumline/outbound/secrets";
import { integer, optionalInteger, toggle, type ValuesOf } from "@drumline/core/config";

/** Env keys of webhook delivery. */
export const deliverySettings = {
  eventQueueDelaySeconds: optionalInteger("WHISPERER_EVENT_QUEUE_DELAY_SECOND", {
    min: 0,
    max: 86_400,
    example: "360",
    about:
      "Seconds an event lies untouched before it leaves. Empty: it leaves after the run that wrote it, and trigger_event_queue_events takes what has lain for 360 s.",
  }),
  webhookAllowPrivate: toggle("WEBHOOK_ALLOW_PRIVATE", {
    fallback: false,
    about: "Lets webhooks go to private and loopback addresses. For development and the sandbox only.",
  }),
  webhookTimeoutSeconds: integer("WEBHOOK_TIMEOUT_SECONDS", {
    fallback: 15,
    min: 1,
    max: 120,
    about: "Seconds a receiver has for one attempt.",
  }),
  ...secretSettings,
  webhookMaxPerHost: integer("WEBHOOK_MAX_PER_HOST", {
    fallback: 10,
    min: 1,
    max: 200,
    about: "Webhook attempts at once to one host, per worker process.",
  }),
} as const;

/** The values of `deliverySettings`. */
export type DeliverySettings = ValuesOf<typeof deliverySettings>;
