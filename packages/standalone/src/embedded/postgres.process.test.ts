import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Log } from "@drumline/core/log";
import { Client } from "pg";
import { deleteDatabases } from "./delete-databases.ts";
import { EmbeddedDatabaseFailed, DatabaseInUse } from "./errors.ts";
import { startEmbeddedPostgres, type EmbeddedDatabase } from "./postgres.ts";
import { readPostmaster } from "./postgres-server.ts";
import { findBarrier } from "./postgres-place.ts";
import { identityOf } from "@drumline/core/process";

const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65_534;

let dataDir: string;
let children: ChildProcess[];

/** A data folder that was started once: making one takes longer than most of what is tested with it. */
let startedOnce: string;

beforeAll(async () => {
  startedOnce = mkdtempSync(join(tmpdir(), "drumline-embedded-"));
  chmodSync(startedOnce, 0o755);
  await (await startEmbeddedPostgres({ dataDir: startedOnce, fsync: false })).stop();
});
afterAll(() => deleteDatabases(startedOnce));

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "drumline-embedded-"));
  chmodSync(dataDir, 0o755);
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  await deleteDatabases(dataDir);
});

const cluster = () => join(dataDir, "postgres", "cluster");
/** Owners and modes included. */
const beginWithStartedOnce = () => void execFileSync("cp", ["-a", `${startedOnce}/.`, dataDir]);
const start = (log?: Log): Promise<EmbeddedDatabase> =>
  startEmbeddedPostgres({ dataDir, fsync: false, ...(log && { log }) });

async function ask<T>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows.map((row) => Object.values(row)[0] as T);
  } finally {
    await client.end();
  }
}

/** Starts the server from another process, which can then be killed. */
function startElsewhere(user: { uid?: number; gid?: number } = {}): ChildProcess {
  const program = `
    import { startEmbeddedPostgres } from "@drumline/standalone/embedded";
    const { url } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, fsync: false });
    console.log(url);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
    ...user,
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  return child;
}

async function urlOf(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error("the start in the other process failed");
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

describe("startEmbeddedPostgres", () => {
  it("keeps its data, its port and its password over a restart", async () => {
    beginWithStartedOnce();
    const first = await start();
    await ask(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    await first.stop();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, "SELECT answer FROM kept")).toEqual([42]);
    await second.stop();
  });

  it("shows its password to nobody else, and asks for it", async () => {
    beginWithStartedOnce();
    const { url, folder, stop } = await start();
    expect(statSync(join(folder, "server.json")).mode & 0o077).toBe(0);
    const wrong = new URL(url);
    wrong.password = "wrong";
    await expect(ask(wrong.href, "SELECT 1")).rejects.toMatchObject({ code: "28P01" });
    await stop();
  });

  it("speaks UTF-8 and UTC, and listens on this machine only", async () => {
    const { url, stop } = await start();
    const settings = await ask(
      url,
      "SELECT setting FROM pg_settings WHERE name IN ('server_encoding', 'TimeZone', 'listen_addresses') ORDER BY name",
    );
    expect(settings).toEqual(["UTC", "127.0.0.1", "UTF8"]);
    await stop();
  });

  it("leaves no process behind when it is stopped", async () => {
    beginWithStartedOnce();
    const { stop } = await start();
    const { pid } = readPostmaster(cluster())!;
    await stop();
    expect(identityOf(pid)).toBeNull();
    expect(readPostmaster(cluster())).toBeNull();
  });

  it("takes over the server of a start that was killed, sessions included", async () => {
    beginWithStartedOnce();
    const killed = startElsewhere();
    const url = await urlOf(killed);
    await ask(url, "CREATE TABLE kept AS SELECT 42 AS answer");
    await kill(killed);
    const { pid } = readPostmaster(cluster())!;

    const { url: sameUrl, stop } = await start();
    expect(sameUrl).toBe(url);
    expect(readPostmaster(cluster())!.pid).toBe(pid);
    expect(await ask(url, "SELECT answer FROM kept")).toEqual([42]);
    await stop();
    expect(identityOf(pid)).toBeNull();
  });

  it("refuses a data folder that a living process runs, and names that process", async () => {
    beginWithStartedOnce();
    const other = startElsewhere();
    await urlOf(other);
    const refused = start();
    await expect(refused).rejects.toThrow(DatabaseInUse);
    await expect(refused).rejects.toThrow(`run by process ${other.pid}`);
  });

  it("starts whenever the first start was killed", async () => {
    for (const afterMs of [250, 350, 450, 550, 650, 800]) {
      const killed = startElsewhere();
      await sleep(afterMs);
      await kill(killed);
    }
    const { url, stop } = await start();
    expect(await ask(url, "SELECT 1")).toEqual([1]);
    await stop();
  });

  it("recovers when the server itself was killed", async () => {
    const first = await startEmbeddedPostgres({ dataDir });
    await ask(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    process.kill(readPostmaster(cluster())!.pid, "SIGKILL");
    await first.stop();
    const second = await start();
    expect(await ask(second.url, "SELECT answer FROM kept")).toEqual([42]);
    await second.stop();
  });

  it("is not misled by a lock file with the number of a process that is somebody else", async () => {
    beginWithStartedOnce();
    const lock = `${process.pid}\n${cluster()}\n1\n5432\n\n127.0.0.1\n\nready   \n`;
    writeFileSync(join(cluster(), "postmaster.pid"), lock);
    const { url, stop } = await start();
    expect(await ask(url, "SELECT 1")).toEqual([1]);
    await stop();
  });

  it("moves to another port when its own was taken meanwhile, and stays there", async () => {
    beginWithStartedOnce();
    const first = await start();
    await first.stop();
    const squatter = createServer().listen(Number(new URL(first.url).port), "127.0.0.1");
    await once(squatter, "listening");
    const second = await start();
    expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
    await second.stop();
    squatter.close();
    const third = await start();
    expect(third.url).toBe(second.url);
    await third.stop();
  });

  it("says what is wrong when its password is lost or its data is of another version", async () => {
    beginWithStartedOnce();
    const { folder, stop } = await start();
    await stop();
    const secrets = readFileSync(join(folder, "server.json"));
    rmSync(join(folder, "server.json"));
    await expect(start()).rejects.toThrow(/server.json, which holds its password, cannot be read.*move the folder/);
    writeFileSync(join(folder, "server.json"), secrets);
    writeFileSync(join(cluster(), "PG_VERSION"), "12\n");
    const refused = start();
    await expect(refused).rejects.toThrow(EmbeddedDatabaseFailed);
    await expect(refused).rejects.toThrow(/made by version 12, and npm installed version 18/);
  });

  it("shows what the server said when it gives up", async () => {
    beginWithStartedOnce();
    writeFileSync(join(cluster(), "postgresql.conf"), "no_such_setting = 1\n");
    await expect(start()).rejects.toThrow(/did not start: it ended with exit code 1.*no_such_setting.*server.log/s);
  });

  it("lets the next one start after a failure", async () => {
    beginWithStartedOnce();
    const config = readFileSync(join(cluster(), "postgresql.conf"));
    writeFileSync(join(cluster(), "postgresql.conf"), "no_such_setting = 1\n");
    await expect(start()).rejects.toThrow(EmbeddedDatabaseFailed);
    writeFileSync(join(cluster(), "postgresql.conf"), config);
    await (await start()).stop();
  });
});

(IS_ROOT ? describe : describe.skip)("startEmbeddedPostgres for root", () => {
  it("runs the server as somebody else", async () => {
    const { stop } = await start();
    expect(statSync(cluster()).uid).not.toBe(0);
    await stop();
  });

  const forNobody = findBarrier(import.meta.filename, { uid: NOBODY, gid: NOBODY }) === null ? it : it.skip;

  forNobody("works for a normal user as well", async () => {
    chownSync(dataDir, NOBODY, NOBODY);
    const other = startElsewhere({ uid: NOBODY, gid: NOBODY });
    expect(await ask(await urlOf(other), "SELECT 1")).toEqual([1]);
    expect(statSync(cluster()).uid).toBe(NOBODY);
  });

  it("keeps the data elsewhere, and says where, when only the owner may enter the project", async () => {
    chmodSync(dataDir, 0o700);
    const lines: object[] = [];
    const log: Log = { debug: () => {}, warn: () => {}, error: () => {}, info: (fields) => void lines.push(fields) };
    const first = await start(log);
    try {
      expect(lines).toEqual([{ folder: first.folder, barrier: dataDir }]);
      expect(first.folder).toMatch(/^\/var\/lib\/drumline\/[0-9a-f]{16}\/postgres$/);
      expect(readFileSync(join(first.folder, "..", "belongs-to"), "utf8")).toBe(`${dataDir}\n`);
      await ask(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
      await first.stop();

      chmodSync(dataDir, 0o755);
      const second = await start();
      expect(await ask(second.url, "SELECT answer FROM kept")).toEqual([42]);
      await second.stop();
    } finally {
      await first.stop();
    }
  });

  it("does not begin with empty data when the folder with the data is closed to it", async () => {
    beginWithStartedOnce();
    chmodSync(dataDir, 0o700);
    await expect(start()).rejects.toThrow(`run chmod o+x ${dataDir}`);
  });

  it("opens the folders it makes, whatever the umask", async () => {
    const before = process.umask(0o077);
    try {
      mkdirSync(join(dataDir, "deep"), { mode: 0o755 });
      chmodSync(join(dataDir, "deep"), 0o755);
      const server = await startEmbeddedPostgres({ dataDir: join(dataDir, "deep", ".data"), fsync: false });
      expect(server.folder).toBe(join(dataDir, "deep", ".data", "postgres"));
      expect(existsSync(join(server.folder, "cluster", "PG_VERSION"))).toBe(true);
      await server.stop();
    } finally {
      process.umask(before);
    }
  });
});
