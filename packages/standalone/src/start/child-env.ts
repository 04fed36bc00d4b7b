import { join } from "node:path";

import type { Env, ValuesOf } from "@drumline/core/config";

import { SANDBOX_SECRET_KEY } from "../demo/demo-partners.ts";
import type { DatabaseUrls } from "../process-group/launch-databases.ts";
import type { StartOptions } from "./start-settings.ts";
import type { startSettings } from "./start-settings.ts";
import type { Dataset } from "./dataset.ts";

export interface Ports {
  readonly api: number;
  readonly sandbox: number;
}

type StartConfig = ValuesOf<typeof startSettings>;

// The guide pulls and plans once a minute, and a shop counts and cleans up less often than that; a first look at the
// product need not wait for it.
const DEMO_SECONDS: Readonly<Record<string, number>> = {
  OMNITRON_ORDERS: 2,
  FULFIL_WAITING_ORDERS: 2,
  UPDATE_PRODUCTS_INVENTORY: 5,
  CHECK_PAYMENT_STATUS: 10,
  CREATE_SHIPPING_LABELS: 10,
  SEND_NOTIFICATIONS: 10,
  CLEAN_UP_DATABASE: 60,
};

/** Env keys that make the demo quick, for each entry whose timing the user left alone. */
export function toDemoTimings(env: Env): Env {
  const untouched = Object.entries(DEMO_SECONDS).filter(([entry]) =>
    [entry, `${entry}_SCHEDULE`, `${entry}_CRONTAB`].every((key) => !env[key]),
  );
  return Object.fromEntries(untouched.map(([entry, seconds]) => [`${entry}_SCHEDULE`, String(seconds)]));
}

/** The sandbox plays whichever system has no address of its own. */
export function needsSandbox({ omnitronUrl, inventoryUrl, carrierUrl }: StartConfig): boolean {
  return omnitronUrl === null || inventoryUrl === null || carrierUrl === null;
}

const AWS_KEYS = ["COGNITO_ENDPOINT", "COGNITO_USER_POOL_ID", "SES_ENDPOINT", "MAIL_FROM"];

/** A user who sets one of the AWS keys means the real AWS, or a stand-in of their own. */
export function sandboxPlaysAws(env: Env, config: StartConfig): boolean {
  return needsSandbox(config) && AWS_KEYS.every((key) => !env[key]);
}

/** Whoever sets MOLLIE_API_URL has payments of their own. */
export function sandboxPlaysMollie(env: Env, config: StartConfig): boolean {
  return needsSandbox(config) && !env["MOLLIE_API_URL"];
}

export function toSandboxEnv(env: Env, options: StartOptions, dataset: Dataset, port: number): Env {
  return {
    ...env,
    SANDBOX_PORT: String(port),
    SANDBOX_STATE_FILE: env["SANDBOX_STATE_FILE"] || join(dataset.dir, "sandbox-clock.json"),
    ...(options.data === null ? {} : { SANDBOX_DATA: options.data }),
    ...(options.speed === null ? {} : { SANDBOX_SPEED: String(options.speed) }),
    ...(options.seed === null ? {} : { SANDBOX_SEED: String(options.seed) }),
    ...(options.short === null ? {} : { SANDBOX_SHORT: String(options.short) }),
  };
}

export function toBeatEnv(env: Env, databases: DatabaseUrls): Env {
  return { ...withDatabases(env, databases), ...toDemoTimings(env) };
}

export function toWorkerEnv(
  env: Env,
  databases: DatabaseUrls,
  config: StartConfig,
  { ports, secretKey }: { ports: Ports; secretKey: string },
): Env {
  const sandboxHost = `127.0.0.1:${ports.sandbox}`;
  const sandboxUrl = `http://${sandboxHost}`;
  return {
    ...withDatabases(env, databases),
    ECOMNOW_SECRET_KEY: secretKey,
    ...(config.omnitronUrl === null
      ? { OMNITRON_URL: sandboxUrl, OMNITRON_TOKEN: env["OMNITRON_TOKEN"] || config.sandboxToken }
      : {}),
    // Receivers of webhooks that somebody tries here are on this machine, a private address.
    ...(needsSandbox(config) ? { WEBHOOK_ALLOW_PRIVATE: env["WEBHOOK_ALLOW_PRIVATE"] || "true" } : {}),
    ...(config.inventoryUrl === null
      ? { INVENTORY_URL: sandboxUrl, INVENTORY_TOKEN: env["INVENTORY_TOKEN"] || config.sandboxToken }
      : {}),
    ...(config.carrierUrl === null
      ? { CARRIER_URL: sandboxUrl, CARRIER_PASSWORD: env["CARRIER_PASSWORD"] || config.sandboxToken }
      : {}),
    ...(sandboxPlaysAws(env, config)
      ? {
          COGNITO_ENDPOINT: `${sandboxUrl}/aws/cognito`,
          SES_ENDPOINT: `${sandboxUrl}/aws/ses`,
          // Links in the mailbox lead to this api, whichever port it has.
          SHOP_URL: env["SHOP_URL"] || `http://127.0.0.1:${ports.api}`,
        }
      : {}),
    ...(needsSandbox(config)
      ? {
          [SANDBOX_SECRET_KEY]: config.sandboxToken,
          ECOMNOW_PRIVATE_HOSTS: [env["ECOMNOW_PRIVATE_HOSTS"], sandboxHost].filter(Boolean).join(","),
          INTEGRATION_PRIVATE_HOSTS: [env["INTEGRATION_PRIVATE_HOSTS"], sandboxHost].filter(Boolean).join(","),
        }
      : {}),
    ...(needsSandbox(config) && !env["REFUND_CHANNEL_URL"]
      ? { REFUND_CHANNEL_URL: sandboxUrl, REFUND_CHANNEL_TOKEN: config.sandboxToken }
      : {}),
    ...(sandboxPlaysMollie(env, config)
      ? { MOLLIE_API_URL: `${sandboxUrl}/mollie`, MOLLIE_API_KEY: `test_${config.sandboxToken}` }
      : {}),
    ...(needsSandbox(config) && !env["STRIPE_API_URL"]
      ? {
          STRIPE_API_URL: `${sandboxUrl}/stripe`,
          STRIPE_SECRET_KEY: `sk_test_${config.sandboxToken}`,
          STRIPE_REDIRECT_METHOD: env["STRIPE_REDIRECT_METHOD"] || "ideal",
        }
      : {}),
  };
}

export function toApiEnv(
  env: Env,
  databases: DatabaseUrls,
  { ports, adminToken, secretKey }: { ports: Ports; adminToken: string; secretKey: string },
): Env {
  return {
    ...withDatabases(env, databases),
    API_PORT: String(ports.api),
    API_ADMIN_TOKEN: adminToken,
    ECOMNOW_SECRET_KEY: secretKey,
  };
}

function withDatabases(env: Env, { databaseUrl, redisUrl }: DatabaseUrls): Env {
  return { ...env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl ?? "" };
}
