import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";

import { testDatabase, testRedis, untilTrue } from "@drumline/testing";
import { afterEach, describe, expect, it } from "@jest/globals";

const PROGRAM = fileURLToPath(new URL("../bin/api.js", import.meta.url));

describe("the api process", () => {
  const closers: (() => Promise<unknown> | undefined)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  function startApi(env: Record<string, string>): { child: ChildProcess; output: () => string } {
    const child = spawn(process.execPath, [PROGRAM], {
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

  it("does not start in production without an admin token, and says how to get one", async () => {
    const [database, redis] = await Promise.all([testDatabase(), testRedis()]);
    closers.push(
      () => database.close(),
      async () => redis?.close(),
    );
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: redis?.url ?? "",
      NODE_ENV: "production",
      API_ADMIN_TOKEN: "",
    };
    const { child, output } = startApi(env);
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(output()).toMatch(
      /No admin token is set.*Set API_ADMIN_TOKEN, or make a token or a user: npx drumline token create/,
    );
  });

  it("ends, and does not hang on its databases, when its port is taken", async () => {
    const [database, redis] = await Promise.all([testDatabase(), testRedis()]);
    closers.push(
      () => database.close(),
      async () => redis?.close(),
    );
    const other = createServer().listen(0, "127.0.0.1");
    closers.push(async () => void other.close());
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const env = { DATABASE_URL: database.url, REDIS_URL: redis?.url ?? "", API_PORT: String(port) };
    const { child, output } = startApi(env);
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(output()).toContain("EADDRINUSE");
  });

  it("names every wrong key and exits with 1", async () => {
    const { child, output } = startApi({ API_PORT: "99999", DATABASE_URL: "mysql://x", API_ADMIN_TOKEN: "admin" });
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(output()).toContain("API_PORT=99999");
    expect(output()).toContain("DATABASE_URL=[secret]");
    expect(output()).toContain("API_ADMIN_TOKEN=[secret]\n    expected 24 to 512");
  });
});
