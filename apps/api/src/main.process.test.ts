import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { testDatabase, testRedis, untilTrue } from "@drumline/testing";
import { afterEach, describe, expect, it } from "@jest/globals";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

describe("the api process", () => {
  const closers: (() => Promise<unknown> | undefined)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  function startApi(env: Record<string, string>): { child: ChildProcess; output: () => string } {
    const child = spawn(process.execPath, ["--import", "tsx", MAIN], {
      env: { ...process.env, API_PORT: "0", ...env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    closers.push(async () => void child.kill("SIGKILL"));
    let output = "";
    for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (chunk) => (output += String(chunk)));
    return { child, output: () => output };
  }

  it("says when it is ready, serves its docs, leaves no heartbeat behind and ends when its supervisor does", async () => {
    const [database, redis] = await Promise.all([testDatabase(), testRedis()]);
    closers.push(
      () => database.close(),
      async () => redis?.close(),
    );
    const { child, output } = startApi({ DATABASE_URL: database.url, REDIS_URL: redis?.url ?? "" });
    expect(await once(child, "message")).toMatchObject([{ ready: true }]);
    await untilTrue(() => output().includes("address"), { what: "the api has said where it listens" });
    const address = /"address":"([^"]+)"/.exec(output())![1]!;

    expect((await fetch(`${address}/docs`)).headers.get("content-security-policy")).not.toBeNull();
    expect(await (await fetch(`${address}/docs/json`)).json()).toMatchObject({ openapi: "3.1.0" });
    expect(await database.db.processHeartbeat.count({ where: { kind: "api" } })).toBe(1);

    child.disconnect();
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(await database.db.processHeartbeat.count()).toBe(0);
  });

  it("names every wrong key and exits with 1", async () => {
    const { child, output } = startApi({ API_PORT: "99999", DATABASE_URL: "mysql://x" });
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(output()).toContain("API_PORT=99999");
    expect(output()).toContain("DATABASE_URL=[secret]");
  });
});
