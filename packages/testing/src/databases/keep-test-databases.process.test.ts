import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "@jest/globals";
import { identityOf } from "@drumline/core/process";
import { Client } from "pg";
import { untilTrue } from "../until-true.ts";
import { openTestFolder, runName } from "./test-folder.ts";
import { readTestDatabases, type TestDatabases } from "./test-databases.ts";

const KEEPER = fileURLToPath(new URL("keep-test-databases.ts", import.meta.url));
const JEST_SIDE = new URL("../jest/database-keeper.ts", import.meta.url).href;
const TSX = ["--import", "tsx"];

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function run(args: string[], env: Record<string, string> = {}): ChildProcess {
  const own = { TEST_DATABASE_URL: "", TEST_REDIS_URL: "", REQUIRE_REDIS: "", TEST_QUEUE: "" };
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...own, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  children.push(child);
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error("the process ended without a word");
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.stdin!.end();
  await ended;
}

const folderOf = (child: ChildProcess) => `${openTestFolder()}/${runName(child.pid!)}`;

function serverPid(runFolder: string): number {
  return Number(readFileSync(`${runFolder}/postgres/cluster/postmaster.pid`, "utf8").split("\n")[0]);
}

async function databasesOf(serverUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: serverUrl });
  // A server that ends says so as an event as well, which is thrown where nobody listens; the query says it anyway.
  client.on("error", () => {});
  await client.connect();
  try {
    const { rows } = await client.query("SELECT datname AS name FROM pg_database");
    return rows.map((row) => row.name);
  } finally {
    await client.end().catch(() => {});
  }
}

describe("the keeper of the test databases", () => {
  it("gives two runs at once servers of their own, and leaves nothing of either", async () => {
    const keepers = [run([...TSX, KEEPER]), run([...TSX, KEEPER])];
    const databases = (await Promise.all(keepers.map(firstLine))).map((line): TestDatabases => JSON.parse(line));
    expect(databases[0]!.serverUrl).not.toBe(databases[1]!.serverUrl);
    for (const { serverUrl, template } of databases) expect(await databasesOf(serverUrl)).toContain(template);

    const folders = keepers.map(folderOf);
    const servers = folders.map(serverPid);
    await Promise.all(keepers.map(end));
    expect(servers.map(identityOf)).toEqual([null, null]);
    expect(folders.map((folder) => existsSync(folder))).toEqual([false, false]);
  });

  it("ends with jest, even when jest is killed", async () => {
    const program = `
      import { startDatabaseKeeper } from ${JSON.stringify(JEST_SIDE)};
      console.log(await startDatabaseKeeper(process.cwd()));
      setInterval(() => {}, 1000);`;
    const before = new Set(readdirSync(openTestFolder()));
    const jest = run([...TSX, "--input-type=module", "--eval", program]);
    const { serverUrl } = JSON.parse(await firstLine(jest)) as TestDatabases;
    expect(await databasesOf(serverUrl)).not.toEqual([]);
    const made = readdirSync(openTestFolder()).filter((name) => name.startsWith("run-") && !before.has(name));
    expect(made).not.toEqual([]);

    jest.kill("SIGKILL");
    await untilTrue(
      () =>
        databasesOf(serverUrl).then(
          () => false,
          () => true,
        ),
      { what: "its server has ended" },
    );
  });

  it("clears away what a killed keeper left running", async () => {
    const killed = run([...TSX, KEEPER]);
    await firstLine(killed);
    const folder = folderOf(killed);
    const server = serverPid(folder);
    const ended = once(killed, "exit");
    killed.kill("SIGKILL");
    await ended;
    expect(identityOf(server)).not.toBeNull();

    const next = run([...TSX, KEEPER]);
    await firstLine(next);
    expect(identityOf(server)).toBeNull();
    expect(existsSync(folder)).toBe(false);
    await end(next);
  });

  it("uses the server it is given, and takes only its own databases away again", async () => {
    const { serverUrl } = readTestDatabases();
    const keeper = run([...TSX, KEEPER], { TEST_DATABASE_URL: serverUrl });
    const { serverUrl: given, template, runId } = JSON.parse(await firstLine(keeper)) as TestDatabases;
    expect(given).toBe(serverUrl);
    const client = new Client({ connectionString: serverUrl });
    await client.connect();
    await client.query(`CREATE DATABASE ${runId}_left_behind TEMPLATE ${template}`);
    await client.end();

    await end(keeper);
    const databases = await databasesOf(serverUrl);
    expect(databases).toContain(template);
    expect(databases.filter((name) => name.startsWith(runId))).toEqual([]);
  });

  it("has no Redis where the queues are to be in PostgreSQL", async () => {
    const { serverUrl } = readTestDatabases();
    const keeper = run([...TSX, KEEPER], { TEST_DATABASE_URL: serverUrl, TEST_QUEUE: "postgres" });
    expect(JSON.parse(await firstLine(keeper))).toMatchObject({ redisUrl: null });
    await end(keeper);
  });

  it("fails where Redis is required and none is there, and leaves nothing behind", async () => {
    const path = mkdtempSync(join(tmpdir(), "drumline-path-"));
    symlinkSync("/bin/cp", join(path, "cp"));
    const keeper = run([...TSX, KEEPER], { REQUIRE_REDIS: "1", PATH: path });
    let said = "";
    keeper.stderr!.on("data", (chunk) => (said += String(chunk)));
    const folder = folderOf(keeper);
    const [code] = await once(keeper, "close");
    expect(code).toBe(1);
    expect(said).toContain("REQUIRE_REDIS=1");
    expect(existsSync(folder)).toBe(false);
    rmSync(path, { recursive: true });
  });
});
