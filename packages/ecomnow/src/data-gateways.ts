import type { MappingRunner } from "@drumline/connectors/mapping";
import type { Env } from "@drumline/core/config";
import { MINUTE_MS, SECOND_MS } from "@drumline/core/clock";

import { createAddressGuard, createTransport, type HttpTransport } from "@drumline/outbound/http";
import { createSecretBox, type SecretBox } from "@drumline/outbound/secrets";

import type { DataSettings } from "./data-settings.ts";
import { createRefundChannel, type RefundChannel } from "./orders/refund-channel.ts";

/** The outside of products, refunds, categories, client integrations and the status check. */
export interface DataGateways {
  readonly outside: HttpTransport;
  readonly secrets: SecretBox;
  readonly refundChannel: RefundChannel;
  readonly mappings: MappingRunner;
  readonly tuning: DataTuning;
}

export interface DataTuning {
  /** Vendor feeds one run reads at once. */
  readonly feedConcurrency: number;
  readonly feedTimeoutMs: number;
  /** What one client may take of a run, so that no slow one holds up the next run of all. */
  readonly clientTimeMs: number;
  /** However long a client asks to be left alone, it is asked again after this. */
  readonly longestSilenceMs: number;
}

const CLIENT_TIME_MS = MINUTE_MS;

/** `env` is for secrets that stand in tables by reference; `mappings` is ended by who made it. */
export function createDataGateways(settings: DataSettings, env: Env, mappings: MappingRunner): DataGateways {
  const longestSilenceMs = settings.ecomnowLongestSilenceSeconds * SECOND_MS;
  return {
    outside: createTransport({
      guard: createAddressGuard({
        allowed: settings.ecomnowPrivateHosts,
        cure: "If it is meant, name it in ECOMNOW_PRIVATE_HOSTS as host:port.",
      }),
    }),
    secrets: createSecretBox(settings.ecomnowSecretKey, env),
    refundChannel: createRefundChannel(createTransport(), {
      url: settings.refundChannelUrl,
      token: settings.refundChannelToken,
      longestSilenceMs,
    }),
    mappings,
    tuning: {
      feedConcurrency: settings.ecomnowFeedConcurrency,
      feedTimeoutMs: settings.ecomnowFeedTimeoutSeconds * SECOND_MS,
      clientTimeMs: CLIENT_TIME_MS,
      longestSilenceMs,
    },
  };
}
