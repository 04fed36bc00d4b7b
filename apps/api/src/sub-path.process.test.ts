import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

import { type TestDatabase, testDatabase, testRedis, untilTrue } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { insertRun } from "../test/ledger-rows.ts";
import { renderOverview } from "./status-page/render-overview.js";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const TOKEN = "a-token-for-the-process-tests";

describe("the pages under a path that a proxy takes away", () => {
  let database: TestDatabase;
  let redis: Awaited<ReturnType<typeof testRedis>>;
  let child: ChildProcess;
  let port = "";
  const proxy = createServer((incoming, outgoing) => {
    // The root of the host is somebody else's.
    if (!incoming.url!.startsWith("/ops/")) return void outgoing.writeHead(404).end("not ours");
    const { method, headers } = incoming;
    const path = incoming.url!.slice("/ops".length);
    const forwarded = request({ host: "127.0.0.1", port, path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  let base = "";
  beforeAll(async () => {
    [database, redis] = await Promise.all([testDatabase(), testRedis()]);
    const env = { DATABASE_URL: database.url, REDIS_URL: redis?.url ?? "", API_PORT: "0", API_ADMIN_TOKEN: TOKEN };
    child = spawn(process.execPath, ["--import", "tsx", MAIN], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    let output = "";
    child.stdout!.on("data", (chunk) => (output += String(chunk)));
    await once(child, "message");
    await untilTrue(() => output.includes("address"), { what: "the api has said where it listens" });
    port = /"address":"http:[^"]+:(\d+)"/.exec(output)![1]!;
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/ops/`;
  });
  afterAll(async () => {
    proxy.close();
    child.kill("SIGKILL");
    await Promise.all([database.close(), redis?.close()]);
  });

  /** What becomes of every address in a text, read as the browser at `url` does. */
  const follow = async (url: string, text: string, pattern: RegExp) => {
    const found = [...text.matchAll(pattern)].map(([, address]) => address!).filter((to) => !to.startsWith("data:"));
    expect(found.length).toBeGreaterThan(0);
    return Promise.all(
      [...new Set(found)].map(async (to) => [to, (await fetch(new URL(to, url))).status !== 404] as const),
    );
  };

  it("lead to the api with every link and request of the status page", async () => {
    await insertRun(database.db, { status: "FINISHED", createdAt: new Date() });
    const page = await (await fetch(base)).text();
    const asked = await fetch(`${base}api/v1/overview`, { headers: { authorization: `Bearer ${TOKEN}` } });
    const overview = (await asked.json()) as Parameters<typeof renderOverview>[0];
    const shown = `${page}${renderOverview(overview, Date.now())}`;
    const reached = await follow(base, shown, /(?:href="|fetch\("|ask\(")([^"$]+)"/g);
    expect(reached.filter(([, isOurs]) => !isOurs)).toEqual([]);
    expect(reached.map(([to]) => to)).toContain("api/v1/overview");
  });

  it.each(["docs", "docs/", "docs/static/index.html"])("lead to the api from /%s", async (path) => {
    const answer = await fetch(new URL(path, base));
    expect([answer.status, answer.url]).toEqual([200, `${base}docs/`]);
    const reached = await follow(answer.url, await answer.text(), /(?:href|src)="([^"]+)"/g);
    expect(reached.filter(([, isOurs]) => !isOurs)).toEqual([]);
  });

  it("describe the api as lying beside the docs, wherever they are", async () => {
    const at = `${base}docs/json`;
    const { servers } = (await (await fetch(at)).json()) as { servers: { url: string }[] };
    expect(servers.map(({ url }) => new URL(url, at).href)).toEqual([base]);
  });

  it("load nothing from elsewhere, and ask for no HTTPS where there is none", async () => {
    const policy = (await fetch(`${base}docs/`)).headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/upgrade-insecure-requests|https:/);
  });
});
