import type { Env } from "@drumline/core/config";
import { MINUTE_MS, SECOND_MS } from "@drumline/core/clock";

import type { DataSettings } from "./data-settings.ts";
import { createAddressGuard } from "./outside/address-guard.ts";
import { createRefundChannel, type RefundChannel } from "./orders/refund-channel.ts";
import { createOutside, type Outside } from "./outside/exchange.ts";
import { createSecretBox, type SecretBox } from "./outside/secret-box.ts";

/** The outside of products, refunds, categories, client integrations and the status check. */
export interface DataGateways {
  readonly outside: Outside;
  readonly secrets: SecretBox;
  readonly refundChannel: RefundChannel;
  readonly tuning: DataTuning;
}

export interface DataTuning {
  /** Vendor feeds one run reads at once. */
  readonly feedConcurrency: number;
  readonly feedTimeoutMs: number;
  /** What one client may take of a run, so that no slow one holds up the next run of all. */
  readonly clientTimeMs: number;
}

const CLIENT_TIME_MS = MINUTE_MS;

/** `env` is for secrets that stand in tables by reference. */
export function createDataGateways(settings: DataSettings, env: Env): DataGateways {
  const { refundChannelUrl } = settings;
  return {
    outside: createOutside(createAddressGuard(settings.ecomnowPrivateHosts)),
    secrets: createSecretBox(settings.ecomnowSecretKey, env),
    refundChannel: createRefundChannel(createOutside(createAddressGuard([hostOf(refundChannelUrl)])), {
      url: refundChannelUrl,
      token: settings.refundChannelToken,
    }),
    tuning: {
      feedConcurrency: settings.ecomnowFeedConcurrency,
      feedTimeoutMs: settings.ecomnowFeedTimeoutSeconds * SECOND_MS,
      clientTimeMs: CLIENT_TIME_MS,
    },
  };
}

/** An address that an env key names is meant, wherever it is. */
function hostOf(address: string): string {
  const { hostname, port, protocol } = new URL(address);
  return `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
}
