import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { redisIsThere } from "@drumline/testing";
import { Redis } from "ioredis";
import { readRedisPid } from "./redis-server.ts";
import { deleteDatabases } from "./delete-databases.ts";
import { DatabaseInUse } from "./errors.ts";
import type { EmbeddedDatabase } from "./postgres.ts";
import { identityOf } from "@drumline/core/process";
import { startEmbeddedRedis } from "./redis.ts";

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "drumline-embedded-"));
});
afterEach(() => deleteDatabases(dataDir));

const start = async (): Promise<EmbeddedDatabase> => (await startEmbeddedRedis({ dataDir }))!;

async function ask<T>(url: string, command: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: null });
  redis.on("error", () => {});
  try {
    return await command(redis);
  } finally {
    redis.disconnect();
  }
}

/** Starts it from another process, which is killed as soon as it has said the address, or null. */
async function startElsewhere(env: NodeJS.ProcessEnv = process.env): Promise<string | null> {
  const program = `
    import { startEmbeddedRedis } from "@drumline/standalone/embedded";
    const server = await startEmbeddedRedis({ dataDir: ${JSON.stringify(dataDir)} });
    console.log(JSON.stringify(server?.url ?? null));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const url of createInterface({ input: child.stdout })) {
    child.kill("SIGKILL");
    return JSON.parse(url);
  }
  throw new Error("the start in the other process failed");
}

(redisIsThere() ? describe : describe.skip)("startEmbeddedRedis", () => {
  it("keeps what was written, its port and its password over a restart", async () => {
    const first = await start();
    await ask(first.url, (redis) => redis.set("kept", "yes"));
    await first.stop();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, (redis) => redis.get("kept"))).toBe("yes");
    await second.stop();
  });

  it("is set up for a queue: append-only file, no eviction, a clock of 100 Hz", async () => {
    const { url, stop } = await start();
    const settings = await ask(url, (redis) =>
      redis.config("GET", "maxmemory-policy", "appendonly", "appendfsync", "hz", "bind"),
    );
    expect(Object.fromEntries(pairsOf(settings as string[]))).toEqual({
      "maxmemory-policy": "noeviction",
      appendonly: "yes",
      appendfsync: "everysec",
      hz: "100",
      bind: "127.0.0.1",
    });
    await stop();
  });

  it("shows its password to nobody else, and asks for it", async () => {
    const { url, folder, stop } = await start();
    for (const file of ["redis.conf", "server.json"]) expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
    const { password, host } = new URL(url);
    expect(readFileSync(`/proc/${readRedisPid(folder)}/cmdline`, "utf8")).not.toContain(password);
    await expect(ask(`redis://${host}`, (redis) => redis.ping())).rejects.toThrow("NOAUTH");
    await stop();
  });

  it("leaves no process behind when it is stopped", async () => {
    const { folder, stop } = await start();
    const pid = readRedisPid(folder)!;
    await stop();
    expect(identityOf(pid)).toBeNull();
  });

  it("takes over the server of a start that was killed", async () => {
    const url = (await startElsewhere())!;
    await ask(url, (redis) => redis.set("kept", "yes"));
    const taken = await start();
    expect(taken.url).toBe(url);
    expect(await ask(url, (redis) => redis.get("kept"))).toBe("yes");
    await taken.stop();
    expect(readRedisPid(taken.folder)).toBeNull();
  });

  it("starts again with its data after the server itself was killed", async () => {
    const first = await start();
    await ask(first.url, async (redis) => {
      await redis.config("SET", "appendfsync", "always");
      await redis.set("kept", "yes");
    });
    process.kill(readRedisPid(first.folder)!, "SIGKILL");
    await first.stop();
    const second = await start();
    expect(await ask(second.url, (redis) => redis.get("kept"))).toBe("yes");
    await second.stop();
  });

  it("refuses a folder that a living process runs", async () => {
    const { stop } = await start();
    await expect(start()).rejects.toThrow(DatabaseInUse);
    await stop();
  });

  it("moves to another port when its own was taken meanwhile", async () => {
    const first = await start();
    await first.stop();
    const squatter = createServer().listen(Number(new URL(first.url).port), "127.0.0.1");
    await once(squatter, "listening");
    const second = await start();
    expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
    await second.stop();
    squatter.close();
  });
});

describe("startEmbeddedRedis where no server is installed", () => {
  it("answers null and leaves the choice to the caller", async () => {
    expect(await startElsewhere({ ...process.env, PATH: dataDir })).toBeNull();
  });
});

function* pairsOf(flat: readonly string[]): Generator<[string, string]> {
  for (let index = 0; index < flat.length; index += 2) yield [flat[index]!, flat[index + 1]!];
}
