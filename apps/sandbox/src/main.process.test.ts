import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, afterEach, describe, expect, it } from "@jest/globals";

import { writeOlistFixture } from "../test/olist-fixture.ts";

const PROGRAM = fileURLToPath(new URL("../bin/sandbox.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sandbox-main-"));
const started: ChildProcess[] = [];
const fixture = writeOlistFixture();

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});
afterAll(() => {
  fixture.remove();
  rmSync(folder, { recursive: true });
});

function start(env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM], {
    env: { PATH: process.env["PATH"], SANDBOX_PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  started.push(child);
  return child;
}

async function listening(child: ChildProcess): Promise<string> {
  const [message] = (await once(child, "message")) as [{ ready: true; listening: string }];
  expect(message).toEqual({ ready: true, listening: expect.stringMatching(/^http:/) });
  return message.listening;
}

async function collect(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = "";
  for await (const chunk of stream!) text += String(chunk);
  return text;
}

describe("the sandbox process", () => {
  it("says where it listens on both channels, answers, and ends on SIGTERM", async () => {
    const child = start({});
    const output = collect(child.stdout);
    const url = await listening(child);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(await output).toBe(`${JSON.stringify({ listening: url })}\n`);
  });

  it("ends when the process that started it goes away", async () => {
    const child = start({});
    await listening(child);
    child.disconnect();
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("goes on where its virtual clock was after a restart", async () => {
    const env = {
      SANDBOX_DATA: fixture.folder,
      SANDBOX_SPEED: "0.00001",
      SANDBOX_STATE_FILE: join(folder, "clock.json"),
    };
    const first = start(env);
    const url = await listening(first);
    const body = JSON.stringify({ virtualNow: "2018-05-22T15:30:00.000Z" });
    await fetch(`${url}/_sandbox/clock`, { method: "PUT", body });
    first.kill("SIGTERM");
    await once(first, "exit");
    expect(readFileSync(env.SANDBOX_STATE_FILE, "utf8")).toContain("2018-05-22T15:30:");
    const second = start(env);
    const response = await fetch(`${await listening(second)}/_sandbox/state`);
    expect(await response.json()).toMatchObject({
      virtualNow: expect.stringMatching(/^2018-05-22T15:30:/),
      ordersVisible: 2,
      ordersTotal: 3,
      finished: false,
    });
  });

  it("knows the payments of before after a restart, and what became of them", async () => {
    const env = { SANDBOX_STATE_FILE: join(folder, "payments", "clock.json") };
    const first = start(env);
    const url = await listening(first);
    const authorization = "Bearer test_sandbox-token";
    const amount = { currency: "EUR", value: "12.50" };
    const make = async () =>
      (await (
        await fetch(`${url}/mollie/v2/payments`, {
          method: "POST",
          headers: { authorization },
          body: JSON.stringify({ amount, description: "x", redirectUrl: "https://shop.example", metadata: { n: 1 } }),
        })
      ).json()) as { id: string };
    const [open, paid] = [await make(), await make()];
    await fetch(`${url}/mollie/checkout/${paid.id}`, { method: "POST", body: "outcome=pay&close=1" });
    first.kill("SIGTERM");
    await once(first, "exit");
    const again = await listening(start(env));
    const ask = async ({ id }: { id: string }) =>
      await (await fetch(`${again}/mollie/v2/payments/${id}`, { headers: { authorization } })).json();
    expect(await ask(open)).toMatchObject({ status: "open", amount, metadata: { n: 1 } });
    expect(await ask(paid)).toMatchObject({ status: "paid", paidAt: expect.any(String) });
  });

  it.each([
    ["settings that are wrong", { SANDBOX_SPEED: "fast" }, "SANDBOX_SPEED=fast"],
    ["a data folder that is not there", { SANDBOX_DATA: "/nowhere" }, "/nowhere/products.csv.gz: no such file"],
  ])("refuses %s on standard error and ends with 1", async (_, env, message) => {
    const child = start(env);
    const errors = collect(child.stderr);
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(await errors).toContain(message);
  });

  it("ends with 1 and says so when its port is taken", async () => {
    const port = new URL(await listening(start({}))).port;
    const second = start({ SANDBOX_PORT: port });
    const errors = collect(second.stderr);
    expect(await once(second, "exit")).toEqual([1, null]);
    expect(await errors).toContain("EADDRINUSE");
  });
});
