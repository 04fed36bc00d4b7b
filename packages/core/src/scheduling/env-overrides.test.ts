import { describe, expect, it } from "@jest/globals";
import { z } from "zod";

import { manualClock } from "../clock/index.ts";
import { defineTask } from "../task/index.ts";
import { formatTrigger, resolveEnvSchedules } from "./index.ts";

const tasks = [
  defineTask({
    name: "oms.orders.tasks.get_orders_from_omnitron",
    queue: "oms",
    summary: "Pulls orders.",
    args: z.strictObject({}),
    entry: { key: "get-omnitron-orders-cron", envKey: "OMNITRON_ORDERS", trigger: { everySeconds: 60 } },
    timeoutMs: 60_000,
    built: true,
  }),
  defineTask({
    name: "django_audit_events.tasks.archive_old_audit_events",
    queue: "oms",
    summary: "Archives.",
    args: z.strictObject({ older_than: z.int() }),
    entry: {
      key: "archive-old-audit-events",
      envKey: "ARCHIVE_OLD_AUDIT_EVENTS",
      trigger: { crontab: "30,12,*,*,*" },
      kwargs: { older_than: 120 },
    },
    timeoutMs: 60_000,
    built: false,
  }),
  defineTask({
    name: "without.entry",
    queue: "oms",
    summary: "Started by rows only.",
    args: z.strictObject({}),
    timeoutMs: 60_000,
    built: true,
  }),
];

const clock = manualClock(new Date("2026-11-20T12:00:00Z"));
const resolve = (env: Record<string, string>, knownKeys: string[] = []) =>
  resolveEnvSchedules(tasks, env, { knownKeys, clock });
const [orders, archive] = [0, 1];

describe("entries and env keys", () => {
  it("keep their defaults without env keys", () => {
    const { schedules, problems } = resolve({});
    expect(problems).toEqual([]);
    expect(schedules).toMatchObject([
      {
        key: "get-omnitron-orders-cron",
        task: "oms.orders.tasks.get_orders_from_omnitron",
        source: "ENV",
        enabled: true,
        trigger: { kind: "interval", everyMs: 60_000 },
        timezone: "UTC",
        args: {},
        from: [],
        warnings: [],
      },
      {
        key: "archive-old-audit-events",
        trigger: { kind: "crontab", crontab: { text: "30 12 * * *" }, timezone: "UTC" },
        args: { older_than: 120 },
      },
    ]);
  });

  it.each([
    [{ OMNITRON_ORDERS_SCHEDULE: "60*5" }, "every 300s", ["OMNITRON_ORDERS_SCHEDULE"]],
    [{ OMNITRON_ORDERS_CRONTAB: " 0,3,*,*,* " }, "0 3 * * *", ["OMNITRON_ORDERS_CRONTAB"]],
    [{ OMNITRON_ORDERS_CRONTAB: "0,30 3 * * *" }, "0,30 3 * * *", ["OMNITRON_ORDERS_CRONTAB"]],
    [{ OMNITRON_ORDERS_CRONTAB: "", OMNITRON_ORDERS_SCHEDULE: "  " }, "every 60s", []],
    [
      { OMNITRON_ORDERS: "true", OMNITRON_ORDERS_SCHEDULE: "90" },
      "every 90s",
      ["OMNITRON_ORDERS", "OMNITRON_ORDERS_SCHEDULE"],
    ],
  ])("time an entry: %j", (env, trigger, from) => {
    const { schedules, problems } = resolve(env);
    expect(problems).toEqual([]);
    expect(formatTrigger(schedules[orders]!.trigger)).toBe(trigger);
    expect(schedules[orders]!.from).toEqual(from);
  });

  it.each([
    ["true", true],
    ["YES", true],
    ["1", true],
    ["on", true],
    ["False", false],
    ["0", false],
    ["no", false],
    ["off", false],
  ])("switch an entry with %j", (word, enabled) => {
    expect(resolve({ OMNITRON_ORDERS: word }).schedules[orders]).toMatchObject({ enabled, from: ["OMNITRON_ORDERS"] });
  });

  it("place crontabs in BEAT_TIMEZONE, and one entry in its own zone", () => {
    const { schedules } = resolve({
      BEAT_TIMEZONE: "Europe/Istanbul",
      OMNITRON_ORDERS_CRONTAB: "0,3,*,*,*",
      OMNITRON_ORDERS_TIMEZONE: "America/Sao_Paulo",
    });
    expect(schedules[orders]).toMatchObject({
      timezone: "America/Sao_Paulo",
      trigger: { timezone: "America/Sao_Paulo" },
      from: ["OMNITRON_ORDERS_CRONTAB", "OMNITRON_ORDERS_TIMEZONE"],
    });
    expect(schedules[archive]).toMatchObject({ timezone: "Europe/Istanbul", from: ["BEAT_TIMEZONE"] });
  });

  it("warn of a zone without a crontab, and of crontabs that surprise", () => {
    const { schedules } = resolve({
      OMNITRON_ORDERS_TIMEZONE: "Asia/Tokyo",
      ARCHIVE_OLD_AUDIT_EVENTS_CRONTAB: "*/45,3,13,*,FRI",
    });
    expect(schedules[orders]!.warnings).toEqual([
      "OMNITRON_ORDERS_TIMEZONE has no effect: an interval has no time zone",
    ]);
    expect(schedules[archive]!.warnings).toEqual([
      expect.stringContaining("uneven"),
      expect.stringContaining("next on Fri, 27 Nov 2026"),
    ]);
  });
});

describe("problems", () => {
  it("are all reported at once, each with key, value and a right example", () => {
    const { problems, schedules } = resolve({
      BEAT_TIMEZONE: "Europe/Amstredam",
      OMNITRON_ORDERS: "maybe",
      OMNITRON_ORDERS_SCHEDULE: "5 minutes",
      OMNITRON_ORDERS_TIMEZONE: "+03:00",
      ARCHIVE_OLD_AUDIT_EVENTS: "false",
      ARCHIVE_OLD_AUDIT_EVENTS_CRONTAB: "0,25,*,*,*",
    });
    expect(problems).toEqual([
      {
        key: "BEAT_TIMEZONE",
        value: "Europe/Amstredam",
        problem: expect.stringContaining("did you mean Europe/Amsterdam?"),
        example: "BEAT_TIMEZONE=Europe/Amsterdam",
      },
      {
        key: "OMNITRON_ORDERS",
        value: "maybe",
        problem: expect.stringContaining("expected true"),
        example: "OMNITRON_ORDERS=false",
      },
      { key: "OMNITRON_ORDERS_TIMEZONE", value: "+03:00", problem: expect.any(String), example: expect.any(String) },
      {
        key: "OMNITRON_ORDERS_SCHEDULE",
        value: "5 minutes",
        problem: "has a unit; write seconds, as a number or a product",
        example: "OMNITRON_ORDERS_SCHEDULE=60*5",
      },
      {
        key: "ARCHIVE_OLD_AUDIT_EVENTS_CRONTAB",
        value: "0,25,*,*,*",
        problem: 'hour "25" is outside 0-23',
        example: "ARCHIVE_OLD_AUDIT_EVENTS_CRONTAB=0,3,*,*,*",
      },
    ]);
    expect(schedules).toEqual([]);
  });

  it("name both keys when an interval and a crontab are set", () => {
    const { problems } = resolve({ OMNITRON_ORDERS_SCHEDULE: "60*5", OMNITRON_ORDERS_CRONTAB: "0,3,*,*,*" });
    expect(problems).toEqual([
      {
        key: "OMNITRON_ORDERS_SCHEDULE",
        value: "60*5",
        problem: "is set together with OMNITRON_ORDERS_CRONTAB=0,3,*,*,*; keep one of the two and remove the other",
        example: "OMNITRON_ORDERS_SCHEDULE=60*5",
      },
    ]);
  });
});

describe("the key of a ping URL", () => {
  it("is read for its entry alone", () => {
    const { schedules, problems } = resolve({ OMNITRON_ORDERS_PING_URL: "https://hc-ping.com/s3cret" });
    expect(problems).toEqual([]);
    expect(schedules.map(({ pingUrl }) => pingUrl)).toEqual(["https://hc-ping.com/s3cret", null]);
    expect(schedules[orders]!.from).toEqual(["OMNITRON_ORDERS_PING_URL"]);
  });

  it("is refused with what is no URL, which is not shown", () => {
    const { problems } = resolve({ OMNITRON_ORDERS_PING_URL: "s3cret" });
    expect(problems).toMatchObject([{ key: "OMNITRON_ORDERS_PING_URL", value: "[secret]" }]);
    expect(JSON.stringify(problems)).not.toContain("s3cret");
  });
});

describe("keys that look like ours", () => {
  it.each([
    ["OMNITRON_ORDERS_CRONTB", "OMNITRON_ORDERS_CRONTAB"],
    ["OMNITRON_ORDERS_CRON", "OMNITRON_ORDERS_CRONTAB"],
    ["OMNITRON_ORDER_SCHEDULE", "OMNITRON_ORDERS_SCHEDULE"],
    ["OMNITRON_ORDERS_INTERVAL", "OMNITRON_ORDERS_SCHEDULE"],
    ["OMNITRON_ORDERS_TZ", "OMNITRON_ORDERS_TIMEZONE"],
    ["OMNITRON_ORDERS_ENABLED", "OMNITRON_ORDERS"],
    ["OMNITORN_ORDERS", "OMNITRON_ORDERS"],
    ["OMNITRON-ORDERS-SCHEDULE", "OMNITRON_ORDERS_SCHEDULE"],
    ["ARCHIVE_OLD_AUDIT_EVENT_CRONTAB", "ARCHIVE_OLD_AUDIT_EVENTS_CRONTAB"],
    ["BEAT_TIMEZON", "BEAT_TIMEZONE"],
    ["BEAT_TIME_ZONE", "BEAT_TIMEZONE"],
  ])("%s is reported as %s", (key, meant) => {
    expect(resolve({ [key]: "1" }).problems).toEqual([
      { key, value: "1", problem: `is no key of ours; did you mean ${meant}?`, example: `${meant}=1` },
    ]);
  });

  it.each([
    "OMNITRON_ORDERS_PING",
    "OMNITRON_ORDERS_PING_ULR",
    "omnitron_orders_ping_url",
    "OMNITRON_ORDERS_HEALTHCHECK",
  ])("%s is reported as the ping URL's, without its value", (key) => {
    const { problems } = resolve({ [key]: "https://hc-ping.com/s3cret" });
    expect(problems).toMatchObject([{ key, example: expect.stringMatching(/^OMNITRON_ORDERS_PING_URL=/) }]);
    expect(JSON.stringify(problems)).not.toContain("s3cret");
  });

  it("are reported in lower case too", () => {
    expect(resolve({ omnitron_orders: "false" }).problems).toEqual([
      {
        key: "omnitron_orders",
        value: "false",
        problem: "is not read: keys are upper case",
        example: "OMNITRON_ORDERS=false",
      },
    ]);
  });

  it("leave other programs' keys alone", () => {
    const others = ["PATH", "HOME", "LANG", "TZ", "npm_config_cache", "npm_package_name", "NODE_ENV", "DATABASE_URL"];
    const near = ["OMNITRON_URL", "OMNITRON_TOKEN", "OMNITRON_ORDERS_URL", "ORDERS", "BEAT_CONCURRENCY", "TIMEZONE"];
    expect(resolve(Object.fromEntries([...others, ...near].map((key) => [key, "x"]))).problems).toEqual([]);
  });

  it("are ours where an app says so", () => {
    expect(resolve({ OMNITRON_ORDERZ: "x" }, ["OMNITRON_ORDERZ"]).problems).toEqual([]);
  });
});
