import { describe, expect, it } from "@jest/globals";

import { type Setting, toSettingRows } from "./setting-rows.ts";

const setting = (key: string, over: Partial<Setting> = {}): Setting => ({
  key,
  group: "worker",
  about: "Runs at once.",
  value: "20",
  isSet: false,
  source: "DEFAULT",
  fallback: "20",
  example: null,
  secret: false,
  readBy: ["worker"],
  schedule: null,
  ...over,
});
const ofOrders = { group: "schedules", schedule: "orders", value: null, fallback: null };
const ORDERS = [
  setting("ORDERS", { ...ofOrders, value: "true" }),
  setting("ORDERS_SCHEDULE", { ...ofOrders, value: "60" }),
  setting("ORDERS_CRONTAB", ofOrders),
];
const keysOf = (rows: ReturnType<typeof toSettingRows>) => rows.map(({ key }) => key);

describe("toSettingRows", () => {
  it("makes one row of the keys of a schedule, which shows what times it", () => {
    const [row, ...others] = toSettingRows(ORDERS, {});
    expect(others).toEqual([]);
    expect(row).toMatchObject({ key: "ORDERS", group: "Schedules", schedule: "orders" });
    expect(row!.shown.map(({ key }) => key)).toEqual(["ORDERS_SCHEDULE"]);
  });

  it("shows of a schedule what somebody set, where somebody did", () => {
    const off = { ...ORDERS[0]!, value: "off", isSet: true };
    expect(toSettingRows([off, ...ORDERS.slice(1)], {})[0]!.shown).toEqual([off]);
  });

  it("finds what has each word somewhere, in any of a schedule's keys too", () => {
    const all = [setting("WORKER_CONCURRENCY"), setting("API_PORT", { about: "Port.", value: "3000" }), ...ORDERS];
    expect(keysOf(toSettingRows(all, { q: "runs concurrency" }))).toEqual(["WORKER_CONCURRENCY"]);
    expect(keysOf(toSettingRows(all, { q: "3000" }))).toEqual(["API_PORT"]);
    expect(keysOf(toSettingRows(all, { q: "orders_crontab" }))).toEqual(["ORDERS"]);
    expect(keysOf(toSettingRows(all, { q: "nothing" }))).toEqual([]);
  });

  it("keeps those of one source", () => {
    const set = setting("API_PORT", { source: "ENV_FILE", isSet: true });
    expect(keysOf(toSettingRows([setting("WORKER_CONCURRENCY"), set], { source: "ENV_FILE" }))).toEqual(["API_PORT"]);
  });
});
