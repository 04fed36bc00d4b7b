import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { ShopLifeReport } from "./report.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const TSX = import.meta.resolve("tsx");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drumline-shop-life-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a few seeded days of the shop", () => {
  it("end with nothing doubled, lost or stuck, though workers are killed", async () => {
    const queue = process.env["TEST_QUEUE"] === "postgres" ? ["--queue", "postgres"] : [];
    const args = ["--seed", "1", "--seeds", "3", "--kills", "10", "--json", ...queue];
    const child = spawn(process.execPath, ["--import", TSX, MAIN, ...args], {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: folder },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, progress] = ["", ""];
    child.stdout.on("data", (chunk) => (out += String(chunk)));
    child.stderr.on("data", (chunk) => (progress += String(chunk)));
    const [code] = (await once(child, "close")) as [number | null];
    if (out === "") throw new Error(`it said nothing but:\n${progress}`);
    const report = JSON.parse(out) as ShopLifeReport;
    expect(report.stories.flatMap(({ seed, violations }) => violations.map((one) => ({ seed, ...one })))).toEqual([]);
    expect(report.stories.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    for (const { counts } of report.stories) {
      expect(counts.confirmed).toBeGreaterThan(5);
      expect(counts.refunds).toBeGreaterThan(1);
      expect(counts.labels).toBeGreaterThan(1);
      expect(counts.mails).toBeGreaterThan(20);
    }
    expect(report.kills).toBeGreaterThan(0);
    expect(code).toBe(0);
  }, 600_000);
});
