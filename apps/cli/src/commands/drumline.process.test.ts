import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { scheduleEntries } from "@drumline/tasks";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const BIN = resolve("apps/cli/bin/drumline.js");
const ENTRY_KEYS = scheduleEntries().map(({ entry }) => entry.key);
const ISO_WITH_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/;

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "drumline-cli-"))));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in a folder without a `.env`, with only these variables of ours. */
function drumline(args: readonly string[], env: Record<string, string> = {}): Ran {
  return spawnSync(process.execPath, ["--", BIN, ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: folder, ...env },
  });
}

function envFile(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

interface ShownSchedule {
  readonly key: string;
  readonly task: string;
  readonly source: string;
  readonly enabled: boolean;
  readonly built: boolean;
  readonly trigger: string;
  readonly description: string;
  readonly timezone: string;
  readonly next: readonly string[];
  readonly from: readonly string[];
}

function schedulesOf(ran: Ran): ShownSchedule[] {
  return JSON.parse(ran.stdout) as ShownSchedule[];
}

describe("drumline next", () => {
  it("prints instants with the offset of the zone, across the end of summer time", () => {
    const from = ["--from", "2026-10-24T00:00:00Z", "--tz", "Europe/Amsterdam", "--count", "3"];
    const ran = drumline(["next", "0,3,*,*,*", ...from]);
    expect(ran.stdout.trim().split("\n")).toEqual([
      "2026-10-24T03:00:00+02:00",
      "2026-10-25T03:00:00+01:00",
      "2026-10-26T03:00:00+01:00",
    ]);
    expect(ran.status).toBe(0);
  });

  it.each([
    ["60*5", ["2026-01-01T00:05:00+00:00", "2026-01-01T00:10:00+00:00"]],
    ["3 * 60 * 60", ["2026-01-01T03:00:00+00:00", "2026-01-01T06:00:00+00:00"]],
    ["every 90s", ["2026-01-01T00:01:30+00:00", "2026-01-01T00:03:00+00:00"]],
    ["0,30 3 * * *", ["2026-01-01T03:00:00+00:00", "2026-01-01T03:30:00+00:00"]],
    ["get-omnitron-orders-cron", ["2026-01-01T00:01:00+00:00", "2026-01-01T00:02:00+00:00"]],
  ])("reads %s", (expression, instants) => {
    const ran = drumline(["next", expression, "--from", "2026-01-01T00:00:00Z", "--count", "2", "--json"]);
    expect(JSON.parse(ran.stdout)).toEqual(instants);
    expect(ran.status).toBe(0);
  });

  it("uses the environment's timing and zone of a schedule", () => {
    const env = { OMNITRON_ORDERS_CRONTAB: "15,3,*,*,*", OMNITRON_ORDERS_TIMEZONE: "America/Sao_Paulo" };
    const ran = drumline(["next", "get-omnitron-orders-cron", "--from", "2026-01-01", "--count", "1", "--json"], env);
    expect(JSON.parse(ran.stdout)).toEqual(["2026-01-01T03:15:00-03:00"]);
  });

  it("says that a disabled schedule is never due, with exit code 1", () => {
    const ran = drumline(["next", "get-omnitron-orders-cron", "--json"], { OMNITRON_ORDERS: "false" });
    expect(ran.stderr).toContain("get-omnitron-orders-cron is disabled");
    expect(JSON.parse(ran.stdout)).toEqual([]);
    expect(ran.status).toBe(1);
  });

  it.each([
    [["next", "0 25 * * *"], "0-23"],
    [["next", "*/90 * * * *"], "60*90"],
    [["next", "* * * *"], "expected five"],
    [["next", "60*5*"], "60*5"],
    [["next", "get-omnitron-order-cron"], "did you mean get-omnitron-orders-cron?"],
    [["next", "60", "--tz", "Europe/Amsterdm"], "Europe/Amsterdam"],
    [["next", "60", "--from", "yesterday"], "ISO 8601"],
    [["next", "60", "--count", "0"], "from 1 to"],
    [["next", "60", "--counts", "1"], "--count"],
    [["next"], "missing required argument"],
    [["nxt", "60"], "unknown command"],
    [[], "Usage"],
  ])("refuses %j as wrong usage, exit code 2, and says why", (args, why) => {
    const ran = drumline(args);
    expect(ran.stderr).toContain(why);
    expect(ran.stdout).toBe("");
    expect(ran.status).toBe(2);
  });
});

describe("drumline schedules", () => {
  it("shows every entry of the catalogue, with its next three instants", () => {
    const ran = drumline(["schedules", "--json"]);
    const schedules = schedulesOf(ran);
    expect(schedules.map(({ key }) => key)).toEqual(ENTRY_KEYS);
    expect(schedules.every(({ next }) => next.length === 3 && next.every((due) => ISO_WITH_OFFSET.test(due)))).toBe(
      true,
    );
    expect(schedules[0]).toMatchObject({
      key: "get-omnitron-orders-cron",
      task: "oms.orders.tasks.get_orders_from_omnitron",
      source: "ENV",
      enabled: true,
      built: true,
      trigger: "every 60s",
      description: "every minute",
      timezone: "UTC",
      from: [],
    });
    expect(ran.status).toBe(0);
  });

  it("reads a file, names the keys that made a schedule, and lets real variables win", () => {
    const file = envFile(
      "timings.env",
      "OMNITRON_ORDERS_SCHEDULE=60*5\nFULFIL_WAITING_ORDERS=off\nBEAT_TIMEZONE=Asia/Tokyo\n",
    );
    const schedules = schedulesOf(
      drumline(["schedules", "--json", "--env-file", file], { OMNITRON_ORDERS_SCHEDULE: "120" }),
    );
    expect(schedules[0]).toMatchObject({ trigger: "every 120s", from: ["OMNITRON_ORDERS_SCHEDULE"] });
    expect(schedules[1]).toMatchObject({ enabled: false, next: [], from: ["FULFIL_WAITING_ORDERS"] });
    const maintenance = schedules.find(({ key }) => key === "db-maintenance");
    expect(maintenance).toMatchObject({ timezone: "Asia/Tokyo", from: ["BEAT_TIMEZONE"] });
    expect(maintenance?.next[0]).toMatch(/T00:00:00\+09:00$/);
  });

  it("marks what is off in the table", () => {
    const { stdout } = drumline(["schedules"], { OMNITRON_ORDERS: "0" });
    expect(stdout).toMatch(/^get-omnitron-orders-cron +off +every 60s/m);
    expect(stdout).toMatch(/^db-maintenance +on +0 0 \* \* \*/m);
  });

  it("shows the others and exits with 1 when an entry cannot be read", () => {
    const ran = drumline(["schedules", "--json"], { DB_MAINTENANCE_CRONTAB: "0,25,*,*,*" });
    expect(schedulesOf(ran).map(({ key }) => key)).toEqual(ENTRY_KEYS.filter((key) => key !== "db-maintenance"));
    expect(ran.stderr).toContain("DB_MAINTENANCE_CRONTAB=0,25,*,*,*");
    expect(ran.status).toBe(1);
  });

  it("refuses a file that is not there, exit code 2", () => {
    const ran = drumline(["schedules", "--env-file", "gone.env"]);
    expect(ran.stderr).toContain("gone.env cannot be read (ENOENT)");
    expect(ran.status).toBe(2);
  });
});

describe("drumline check", () => {
  interface Report {
    readonly problems: readonly { key: string; value: string; problem: string }[];
    readonly warnings: readonly string[];
  }

  it("finds nothing wrong with an empty environment", () => {
    const ran = drumline(["check", "--json"]);
    const schedules = { enabled: ENTRY_KEYS.length, disabled: 0 };
    expect(JSON.parse(ran.stdout)).toEqual({ problems: [], warnings: [], schedules });
    expect(ran.status).toBe(0);
  });

  it("finds nothing wrong with .env.example", () => {
    const ran = drumline(["check", "--env-file", resolve(".env.example")]);
    expect(ran.stdout).toContain("no problems");
    expect(ran.status).toBe(0);
  });

  it("reports every problem of every process at once, with exit code 1 and without secrets", () => {
    const file = envFile(
      "wrong.env",
      [
        "OMNITRON_ORDERS=maybe",
        "FULFIL_WAITING_ORDERS_SCHEDULE=5m",
        "FULFIL_WAITING_ORDERS_CRONTAB=0,3,*,*,*",
        "OMNITRON_ORDERS_CRONTB=0,3,*,*,*",
        "WORKER_CONCURRENCY=lots",
        "API_PORT=99999999",
        "DATABASE_URL=mysql://root:hunter2@localhost/drumline",
        "DATABASE_ULR=postgres://root:hunter2@localhost/drumline",
        "BEAT_TIMEZONE=Mars/Olympus",
      ].join("\n"),
    );
    const ran = drumline(["check", "--env-file", file, "--json"]);
    const { problems } = JSON.parse(ran.stdout) as Report;
    expect(problems.map(({ key }) => key).toSorted()).toEqual([
      "API_PORT",
      "BEAT_TIMEZONE",
      "DATABASE_ULR",
      "DATABASE_URL",
      "FULFIL_WAITING_ORDERS_SCHEDULE",
      "OMNITRON_ORDERS",
      "OMNITRON_ORDERS_CRONTB",
      "WORKER_CONCURRENCY",
    ]);
    expect(problems.find(({ key }) => key === "DATABASE_ULR")?.problem).toContain("did you mean DATABASE_URL?");
    expect(ran.stdout).not.toContain("hunter2");
    expect(ran.status).toBe(1);
  });

  it("shows no piece of a password, wherever a comma or a % of it leads", () => {
    const ran = drumline(["check"], {
      CARRIERS: "testco=https://user:a,TAIL@carrier.example.com",
      REDIS_URL: "redis://:p%zzTAIL@127.0.0.1:6473",
      OMNITRON_URL: "https://u:a/TAIL@omnitron.example.com",
    });
    expect(ran.stdout).toContain("3 problems");
    for (const key of ["CARRIERS", "REDIS_URL", "OMNITRON_URL"]) expect(ran.stdout).toContain(`${key}=[secret]`);
    expect(ran.stdout).toContain("%25 for %");
    expect(ran.stdout + ran.stderr).not.toContain("TAIL");
    expect(ran.status).toBe(1);
    expect(drumline(["queues"], { REDIS_URL: "redis://:p%zzTAIL@127.0.0.1:6473" })).toMatchObject({
      status: 1,
      stderr: expect.not.stringMatching(/TAIL| at /),
    });
  });

  it("refuses the sandbox's addresses and tokens and a weak token in production, of the queues a worker consumes", () => {
    const keysOf = (env: Record<string, string>) =>
      (JSON.parse(drumline(["check", "--json"], env).stdout) as Report).problems.map(({ key }) => key).toSorted();
    const production = { NODE_ENV: "production", API_ADMIN_TOKEN: "a".repeat(24) };
    const oms = [
      "CARRIER_PASSWORD",
      "CARRIER_URL",
      "INVENTORY_TOKEN",
      "INVENTORY_URL",
      "OMNITRON_TOKEN",
      "OMNITRON_URL",
    ];
    const ecomnow = ["REFUND_CHANNEL_TOKEN", "REFUND_CHANNEL_URL"];
    const shop = "MOLLIE_API_KEY MOLLIE_API_URL SHOP_LINK_KEY SHOP_URL STRIPE_API_URL STRIPE_SECRET_KEY".split(" ");
    expect(keysOf(production)).toEqual(["API_ADMIN_TOKEN", ...oms, ...ecomnow, ...shop].toSorted());
    expect(keysOf({ ...production, WORKER_QUEUES: "oms" })).toEqual(["API_ADMIN_TOKEN", ...oms]);
    expect(keysOf({ ...production, NODE_ENV: "development" })).toEqual([]);
    const outside = Object.fromEntries(oms.map((key) => [key, key.endsWith("_URL") ? "https://a.example" : "real"]));
    expect(keysOf({ ...outside, NODE_ENV: "production", WORKER_QUEUES: "oms" })).toEqual([]);
  });

  it("names the lines of the file that are none beside what else is wrong, and a file in UTF-16", () => {
    const file = envFile("lines.env", "API_PORT=none\nDATABASE_URL postgresql://u:TAIL@h/db\n");
    const { problems } = JSON.parse(drumline(["check", "--env-file", file, "--json"]).stdout) as Report;
    expect(problems.map(({ key }) => key)).toEqual([`${file}, line 2`, "API_PORT"]);
    expect(JSON.stringify(problems)).not.toContain("TAIL");
    const utf16 = join(folder, "utf16.env");
    writeFileSync(utf16, Buffer.from("\uFEFFAPI_PORT=3000\r\n", "utf16le"));
    const ran = drumline(["check", "--env-file", utf16]);
    expect([ran.status, ran.stdout]).toEqual([1, expect.stringMatching(/line 1\n +is in UTF-16 .*expected UTF-8/)]);
    expect(drumline(["schedules", "--env-file", file])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/line 2/),
    });
  });

  it("tells people what is wrong, key by key", () => {
    const ran = drumline(["check"], { OMNITRON_ORDERS_SCHEDULE: "60*", DEDUPLICATE_SCHEDULED_RUNS: "perhaps" });
    expect(ran.stdout).toContain("2 problems");
    expect(ran.stdout).toContain("OMNITRON_ORDERS_SCHEDULE=60*");
    expect(ran.stdout).toContain("DEDUPLICATE_SCHEDULED_RUNS=perhaps");
    expect(ran.status).toBe(1);
  });

  it("warns about a crontab that restricts both day fields, and that is no problem", () => {
    const ran = drumline(["check"], { DB_MAINTENANCE_CRONTAB: "0,0,13,*,5" });
    expect(ran.stdout).toContain("db-maintenance: day of month 13 and day of week 5 are both set");
    expect(ran.status).toBe(0);
  });
});

describe("drumline", () => {
  it("prints its help, exit code 0", () => {
    const ran = drumline(["--help"]);
    expect(ran.stdout).toContain("Exit codes: 0 fine, 1 found problems, 2 wrong usage");
    expect(ran.status).toBe(0);
  });
});
