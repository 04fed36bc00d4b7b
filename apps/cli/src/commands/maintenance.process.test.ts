import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

import { testDatabase, type TestDatabase, testRedis, type TestRedis } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const DRUMLINE = fileURLToPath(new URL("../../bin/drumline.js", import.meta.url));

describe("drumline maintenance", () => {
  let database: TestDatabase;
  let redis: TestRedis | null;
  beforeAll(async () => {
    [database, redis] = await Promise.all([testDatabase(), testRedis()]);
  });
  afterAll(async () => {
    await Promise.all([database.close(), redis?.close()]);
  });

  function drumline(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
    const env = { PATH: process.env["PATH"], DATABASE_URL: database.url, REDIS_URL: redis?.url ?? "" };
    return new Promise((resolve) => {
      execFile(process.execPath, [DRUMLINE, "maintenance", ...args], { env }, (error, output, errors) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, output, errors });
      });
    });
  }

  it("makes a window, lists it, ends it early and tells its history, with who and why", async () => {
    const named = ["--name", "upgrade", "--reason", "PostgreSQL 18", "--queue", "oms", "shop"];
    const made = await drumline("create", ...named, "--minutes", "60*2", "--by", "Olga", "--json");
    expect([made.code, made.errors]).toEqual([0, ""]);
    const { id } = JSON.parse(made.output) as { id: string };
    expect((await drumline()).output).toMatch(/upgrade +1 +oms, shop .*PostgreSQL 18\n$/);
    expect((await drumline("end", id, "--why", "done early", "--by", "Olga")).code).toBe(0);
    expect((await drumline("history", id)).output).toMatch(/upgrade +PostgreSQL 18 +Olga: done early\n$/);
    expect(await drumline("end", id, "--why", "again")).toMatchObject({ code: 1, output: "" });
    const refused = await drumline("create", ...named, "--crontab", "0 25 * * *", "--minutes", "5");
    expect(refused).toMatchObject({ code: 2, output: "" });
    expect(refused.errors).toContain('hour "25" is outside 0-23');
  });
});
