import { integer, type ValuesOf } from "@drumline/core/config";

/** Env keys of the cancellation tasks. */
export const cancellationSettings = {
  omsCancellationBatchSize: integer("OMS_CANCELLATION_BATCH_SIZE", {
    fallback: 500,
    min: 1,
    max: 5_000,
    about: "Cancellation plans carried out in one transaction.",
  }),
  omsCancellationMaxAttempts: integer("OMS_CANCELLATION_MAX_ATTEMPTS", {
    fallback: 24,
    min: 1,
    max: 1_000,
    about:
      "Attempts after which a cancellation plan that still waits (for its order, a carrier, a transfer) is given up.",
  }),
  omsCancellationPauseSeconds: integer("OMS_CANCELLATION_PAUSE_SECONDS", {
    fallback: 3_600,
    min: 1,
    max: 2_592_000,
    about: "Seconds between two attempts of a cancellation plan that waits.",
  }),
} as const;

/** The values of `cancellationSettings`. */
export type CancellationSettings = ValuesOf<typeof cancellationSettings>;
