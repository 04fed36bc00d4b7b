import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { untilTrue } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { identifyProcess, isSameProcess, type ProcessIdentity } from "@drumline/core/process";

const DRUMLINE = fileURLToPath(new URL("../../../../apps/cli/bin/drumline.js", import.meta.url));
const COUNTERS = /^orders pulled (\d+) · planned (\d+) · packages (\d+) · late (\d+)$/gm;

interface RunningStart {
  readonly process: ChildProcess;
  output(): string;
  /** The orders pulled as the latest count has them. */
  ordersPulled(): number;
}

describe("drumline start", () => {
  let folder: string;
  let stateDir: string;
  const started: ChildProcess[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "drumline start "));
    // Else, as root, the cluster would go to a place outside that outlives the test.
    chmodSync(folder, 0o755);
    stateDir = join(folder, "state of a test");
  });
  afterAll(async () => {
    for (const process of started.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
      process.kill("SIGTERM");
      await once(process, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  });

  function start(...args: string[]): RunningStart {
    // As in a shell: the leader of a process group of its own, which a Ctrl-C reaches as a whole.
    const env = { PATH: process.env["PATH"], HOME: folder };
    const child = spawn(process.execPath, [DRUMLINE, "start", "--state-dir", stateDir, "--speed", "1", ...args], {
      cwd: folder,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    started.push(child);
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
    return {
      process: child,
      output: () => text,
      ordersPulled: () => Number([...text.matchAll(COUNTERS)].at(-1)?.[1] ?? 0),
    };
  }

  const untilPulled = (running: RunningStart, orders: number) =>
    untilTrue(
      () => {
        if (running.process.exitCode !== null) throw new Error(running.output());
        return running.ordersPulled() >= orders;
      },
      { what: `${orders} orders are pulled`, timeoutMs: 30_000 },
    );
  const childrenOf = (): ProcessIdentity[] => {
    const note = JSON.parse(readFileSync(join(stateDir, "start.json"), "utf8"));
    return [note.supervisor, ...note.children];
  };
  const serversIn = () =>
    execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
      .split("\n")
      .filter((args) => args.includes(stateDir) && !args.includes("drumline.js"));

  it("leaves no process behind when it is stopped while it still starts", async () => {
    const early = start();
    await untilTrue(() => early.output().includes("databases"), { what: "the databases are up", timeoutMs: 30_000 });
    const children = childrenOf();
    early.process.kill("SIGTERM");
    expect(await once(early.process, "exit")).toEqual([0, null]);
    expect(children.filter(isSameProcess)).toEqual([]);
    expect(serversIn()).toEqual([]);
  });

  it("shows live counters, refuses a second start, and leaves no process behind a Ctrl-C", async () => {
    const first = start();
    await untilPulled(first, 1);
    expect(first.output()).toMatch(/^Drumline starts\n/);
    const [, page, token] = /dashboard +(http:\/\/127\.0\.0\.1:\d+\/)#token=(\S+)/.exec(first.output())!;
    const me = await fetch(`${page}api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(await me.json()).toEqual({ name: "API_ADMIN_TOKEN", role: "admin", via: "token" });
    expect((await fetch(`${page}api/v1/me`)).status).toBe(401);
    const [, link] = /sign in +http:\/\/127\.0\.0\.1:\d+\/sign-in#link=(\S+)/.exec(first.output())!;
    const signedIn = await fetch(`${page}api/v1/session/link`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: link }),
    });
    expect(await signedIn.json()).toEqual({ name: "admin", role: "admin", via: "session" });
    expect(first.output()).toMatch(/Demo timing, in seconds; .*\n +OMNITRON_ORDERS_SCHEDULE=2\n/);
    // Its shopper paid at the sandbox and closed the browser; the poll found out, and the shop packed.
    const parcels = `${page}api/v1/shop/parcels?orderReference=D1007`;
    const listParcels = async () => (await fetch(parcels, { headers: { authorization: `Bearer ${token}` } })).json();
    await untilTrue(async () => ((await listParcels()) as { items: unknown[] }).items.length === 1, {
      what: "an order of the demonstration's shop is packed",
      timeoutMs: 60_000,
    });

    const second = start();
    expect(await once(second.process, "exit")).toEqual([1, null]);
    expect(second.output()).toContain(`already runs from ${stateDir} as process ${first.process.pid}: http://`);

    const children = childrenOf();
    expect(children).toHaveLength(6);
    process.kill(-first.process.pid!, "SIGINT");
    expect(await once(first.process, "exit")).toEqual([0, null]);
    expect(children.filter(isSameProcess)).toEqual([]);
    expect(serversIn()).toEqual([]);
  });

  it("goes on with its data, also after it was killed", async () => {
    const second = start();
    await untilPulled(second, 2);
    const pulled = second.ordersPulled();
    const children = childrenOf();
    second.process.kill("SIGKILL");
    await once(second.process, "exit");

    const third = start();
    await untilPulled(third, pulled + 1);
    expect(third.output()).toContain(`admin token   the one in ${stateDir}/admin-token`);
    expect(third.output()).not.toContain("sign-in#link=");
    expect(third.output()).not.toContain(readFileSync(join(stateDir, "admin-token"), "utf8").trim());
    expect(children.filter(isSameProcess)).toEqual([]);
    expect(identifyProcess(third.process.pid!)).toEqual(childrenOf()[0]);
    third.process.kill("SIGTERM");
    expect(await once(third.process, "exit")).toEqual([0, null]);
    expect(serversIn()).toEqual([]);
  });
});
