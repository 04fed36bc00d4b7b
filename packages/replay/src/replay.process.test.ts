import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { ReplayReport } from "./report.ts";

const DRUMLINE = fileURLToPath(new URL("../../../apps/cli/bin/drumline.js", import.meta.url));
const DATA = fileURLToPath(new URL("../../../../shared/data/olist/train", import.meta.url));
const isThere = existsSync(DATA);
if (!isThere) process.stderr.write(`skipped: real orders are not at ${DATA}\n`);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drumline-replay-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function replay(...args: string[]): Promise<{ code: number | null; report: ReplayReport; progress: string }> {
  const { code, out, progress } = await startReplay(args);
  if (out === "") throw new Error(`the replay said nothing but:\n${progress}`);
  return { code, report: JSON.parse(out) as ReplayReport, progress };
}

async function startReplay(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [DRUMLINE, "replay", "--json", "--data", DATA, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, progress] = ["", ""];
  child.stdout.on("data", (chunk) => (out += String(chunk)));
  child.stderr.on("data", (chunk) => (progress += String(chunk)));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, progress };
}

(isThere || process.env["CI"] === "true" ? describe : describe.skip)("a replay", () => {
  it("of 200 orders with shortages, faults and killed workers ends as the dataset did", async () => {
    const args = [
      "--orders",
      "200",
      "--step",
      "1d",
      "--short",
      "10%",
      "--faults",
      "--kill-every",
      "9",
      "--workers",
      "2",
    ];
    const { code, report, progress } = await replay(...args);
    expect(report.wrong).toEqual([]);
    expect(report.brokenInvariants).toEqual([]);
    expect(report).toMatchObject({ ok: true, orders: { total: 200, asExpected: 200 } });
    expect(report.stores.missing).toBeGreaterThan(0);
    expect(report.workersKilled).toBeGreaterThan(0);
    const { recorded, delivered, accepted, received, invalid } = report.events;
    expect([delivered, accepted, invalid]).toEqual([recorded, recorded, 0]);
    expect(received).toBeGreaterThanOrEqual(recorded);
    expect(recorded).toBeGreaterThan(1_000);
    expect(code).toBe(0);
    expect(progress).toMatch(/\d{4}-\d\d-\d\d +\d+ of 200 orders/);
    expect(readdirSync(join(folder, ".data/replay"))).toEqual([]);
  }, 600_000);

  it("whose workers cannot start ends with their last words", async () => {
    const { code, progress } = await startReplay(["--orders", "5"], { WORKER_CONCURRENCY: "banana" });
    expect(progress).toMatch(
      /worker-\d ended with code 1 3 times and will not be started again[^]*WORKER_CONCURRENCY=banana/,
    );
    expect(code).toBe(1);
  }, 600_000);
});
