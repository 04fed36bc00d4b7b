import { catalogue } from "@drumline/tasks";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";

interface Setting {
  readonly key: string;
  readonly group: string;
  readonly value: string | null;
  readonly isSet: boolean;
  readonly source: string;
  readonly fallback: string | null;
  readonly secret: boolean;
  readonly readBy: readonly string[];
  readonly schedule: string | null;
}

describe("the settings", () => {
  const FILE = { WORKER_CONCURRENCY: "7", API_PORT: "4000", MOLLIE_API_KEY: "live_TAIL-of-the-file" };
  let api: ApiUnderTest;
  let settings: readonly Setting[];
  const settingOf = (key: string) => settings.find((setting) => setting.key === key);

  beforeAll(async () => {
    api = await apiUnderTest({
      settingSources: {
        file: FILE,
        environment: {
          ...FILE,
          API_PORT: "5000",
          LOG_LEVEL: " ",
          DATABASE_URL: "postgresql://u:TAIL@h/db",
          STRIPE_SECRET_KEY: "sk_live_TAIL",
          SANDBOX_TOKEN: "TAIL-of-the-sandbox",
          OMNITRON_URL: "https://robot:TAIL@omnitron.example/v1?key=TAIL",
          SHOP_CART_URL: "https://shop.example/cart?id={reference}",
          OMNITRON_ORDERS_SCHEDULE: "60*5",
          OMNITRON_ORDERS_PING_URL: "https://ping.example/TAIL",
          SOMETHING_ELSE: "TAIL of another program",
        },
      },
    });
    settings = (await api.ask("/api/v1/settings")).json().items;
  });
  afterAll(() => api.close());

  it("say what is in effect, and whether .env, a variable or nobody said so", () => {
    expect(settingOf("WORKER_CONCURRENCY")).toMatchObject({ value: "7", source: "ENV_FILE", fallback: "20" });
    expect(settingOf("API_PORT")).toMatchObject({ value: "5000", source: "ENVIRONMENT", fallback: "3000" });
    expect(settingOf("BEAT_TIMEZONE")).toMatchObject({ value: "UTC", source: "DEFAULT", isSet: false });
    expect(settingOf("LOG_LEVEL")).toMatchObject({ value: "info", source: "DEFAULT", isSet: false });
    expect(settingOf("SHOP_CART_URL")).toMatchObject({ value: "https://shop.example/cart?id={reference}" });
  });

  it("tell of a secret whether it is set, and no piece of it", async () => {
    expect(settingOf("DATABASE_URL")).toMatchObject({ value: null, isSet: true, source: "ENVIRONMENT" });
    expect(settingOf("MOLLIE_API_KEY")).toMatchObject({ value: null, isSet: true, source: "ENV_FILE" });
    expect(settingOf("API_ADMIN_TOKEN")).toMatchObject({ value: null, isSet: false, source: "DEFAULT" });
    expect(settingOf("OMNITRON_URL")!.value).toBe("https://[secret]@omnitron.example/v1?key=[secret]");
    for (const accept of ["application/json", "text/csv"])
      expect((await api.ask("/api/v1/settings", { headers: { accept } })).body).not.toContain("TAIL");
    const sounding = settings.filter(({ key }) => /(TOKEN|SECRETS?|PASSWORD|API_KEY|HMAC_KEYS|LINK_KEY)$/.test(key));
    expect(sounding.length).toBeGreaterThan(10);
    expect(sounding.filter(({ secret }) => !secret)).toEqual([]);
  });

  it("are each told once, under who reads them first, with all who read them", () => {
    expect(new Set(settings.map(({ key }) => key)).size).toBe(settings.length);
    expect(new Set(settings.map(({ group }) => group))).toEqual(
      new Set(["every process", "beat", "worker", "api", "sandbox", "schedules"]),
    );
    expect(settingOf("METRICS_PORT")).toMatchObject({ group: "beat", readBy: ["beat", "worker"] });
  });

  it("name the schedule that they time", async () => {
    const { entry } = catalogue.find((task) => task.entry?.envKey === "OMNITRON_ORDERS")!;
    expect(settings.filter(({ schedule }) => schedule === entry!.key).map(({ key }) => key)).toEqual([
      "OMNITRON_ORDERS",
      "OMNITRON_ORDERS_SCHEDULE",
      "OMNITRON_ORDERS_CRONTAB",
      "OMNITRON_ORDERS_TIMEZONE",
      "OMNITRON_ORDERS_PING_URL",
    ]);
    expect(settingOf("OMNITRON_ORDERS_SCHEDULE")).toMatchObject({ value: "60*5", source: "ENVIRONMENT" });
    expect(settingOf("OMNITRON_ORDERS_PING_URL")).toMatchObject({ value: null, isSet: true });
    expect(settingOf("OMNITRON_ORDERS")).toMatchObject({ value: "true", source: "DEFAULT", readBy: ["beat"] });
  });

  it("say of which process they are", async () => {
    const { toldBy } = (await api.ask("/api/v1/settings")).json();
    expect(toldBy).toEqual({ kind: "api", host: expect.any(String), pid: process.pid });
  });
});
