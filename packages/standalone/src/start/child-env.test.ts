import { readSettings } from "@drumline/core/config";
import { describe, expect, it } from "@jest/globals";

import { toBeatEnv, toDemoTimings, toSandboxEnv, toWorkerEnv } from "./child-env.ts";
import { type StartOptions, startSettings } from "./start-settings.ts";

const databases = { databaseUrl: "postgresql://localhost/embedded", redisUrl: null };
const ports = { api: 3000, sandbox: 4011 };
const options: StartOptions = { stateDir: "/state", data: null, speed: 30, seed: null, short: null, workers: 1 };
const dataset = { dir: "/state/worlds/generated-1" };

describe("environment of the children", () => {
  it("pulls and plans every two seconds unless the user set the timing", () => {
    const shop = {
      UPDATE_PRODUCTS_INVENTORY_SCHEDULE: "5",
      CHECK_PAYMENT_STATUS_SCHEDULE: "10",
      CREATE_SHIPPING_LABELS_SCHEDULE: "10",
      SEND_NOTIFICATIONS_SCHEDULE: "10",
      CLEAN_UP_DATABASE_SCHEDULE: "60",
    };
    expect(toDemoTimings({})).toEqual({ OMNITRON_ORDERS_SCHEDULE: "2", FULFIL_WAITING_ORDERS_SCHEDULE: "2", ...shop });
    expect(toDemoTimings({ OMNITRON_ORDERS: "false", FULFIL_WAITING_ORDERS_CRONTAB: "0,3,*,*,*" })).toEqual(shop);
    expect(toDemoTimings({ OMNITRON_ORDERS_SCHEDULE: "" })).toHaveProperty("OMNITRON_ORDERS_SCHEDULE", "2");
  });

  it("gives beat the embedded databases and leaves the rest of the environment as it is", () => {
    const env = toBeatEnv({ BEAT_TIMEZONE: "Europe/Amsterdam", DATABASE_URL: "" }, databases);
    expect(env).toMatchObject({
      BEAT_TIMEZONE: "Europe/Amsterdam",
      DATABASE_URL: "postgresql://localhost/embedded",
      REDIS_URL: "",
    });
  });

  it("points the worker at the sandbox only for systems without an address", () => {
    const given = { OMNITRON_URL: "https://omnitron.example", OMNITRON_TOKEN: "secret" };
    const env = toWorkerEnv(given, databases, readSettings(startSettings, given), { ports, secretKey: "key" });
    expect(env).toMatchObject({
      ...given,
      INVENTORY_URL: "http://127.0.0.1:4011",
      INVENTORY_TOKEN: "sandbox-token",
      CARRIER_URL: "http://127.0.0.1:4011",
      CARRIER_PASSWORD: "sandbox-token",
    });
  });

  it("lets webhooks go to this machine only while the sandbox plays, and only if the user does not say otherwise", () => {
    const allowed = (given: Record<string, string>) =>
      toWorkerEnv(given, databases, readSettings(startSettings, given), { ports, secretKey: "key" })[
        "WEBHOOK_ALLOW_PRIVATE"
      ];
    expect(allowed({})).toBe("true");
    expect(allowed({ WEBHOOK_ALLOW_PRIVATE: "false" })).toBe("false");
    const elsewhere = { OMNITRON_URL: "https://o.example", INVENTORY_URL: "https://i.example" };
    expect(allowed({ ...elsewhere, CARRIER_URL: "https://c.example" })).toBeUndefined();
  });

  it("points the worker at the sandbox's AWS unless the user names a part of AWS", () => {
    const aws = (given: Record<string, string>) =>
      toWorkerEnv(given, databases, readSettings(startSettings, given), { ports, secretKey: "key" })[
        "COGNITO_ENDPOINT"
      ];
    expect(aws({})).toBe("http://127.0.0.1:4011/aws/cognito");
    expect(aws({ COGNITO_USER_POOL_ID: "eu-west-1_Real" })).toBeUndefined();
  });

  it("lets the worker reach the sandbox's vendors and clients, with the sandbox's key", () => {
    const partners = (given: Record<string, string>) =>
      toWorkerEnv(given, databases, readSettings(startSettings, given), { ports, secretKey: "key" });
    expect(partners({ ECOMNOW_PRIVATE_HOSTS: "erp:443", SANDBOX_TOKEN: "t0ken" })).toMatchObject({
      ECOMNOW_PRIVATE_HOSTS: "erp:443,127.0.0.1:4011",
      INTEGRATION_PRIVATE_HOSTS: "127.0.0.1:4011",
      ECOMNOW_SECRET_SANDBOX: "t0ken",
      REFUND_CHANNEL_URL: "http://127.0.0.1:4011",
      REFUND_CHANNEL_TOKEN: "t0ken",
    });
    const real = {
      OMNITRON_URL: "https://o.example",
      INVENTORY_URL: "https://i.example",
      CARRIER_URL: "https://c.example",
    };
    expect(partners(real)).not.toHaveProperty("ECOMNOW_PRIVATE_HOSTS");
    expect(partners({ REFUND_CHANNEL_URL: "https://r.example" })).toMatchObject({
      REFUND_CHANNEL_URL: "https://r.example",
    });
  });

  it("lets flags win over the environment in the sandbox", () => {
    const env = toSandboxEnv({ SANDBOX_SPEED: "1" }, options, dataset, 4011);
    expect(env).toMatchObject({
      SANDBOX_SPEED: "30",
      SANDBOX_PORT: "4011",
      SANDBOX_STATE_FILE: "/state/worlds/generated-1/sandbox-clock.json",
    });
  });
});
