import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { LifeReport } from "./report.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const TSX = import.meta.resolve("tsx");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drumline-life-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a small life", () => {
  it("of 30 orders comes to its end with no invariant broken, no run stuck and every event delivered once", async () => {
    const args = ["--seed", "1", "--orders", "30", "--kill-every", "0", "--json"];
    const child = spawn(process.execPath, ["--import", TSX, MAIN, ...args], {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: folder },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, progress] = ["", ""];
    child.stdout.on("data", (chunk) => (out += String(chunk)));
    child.stderr.on("data", (chunk) => (progress += String(chunk)));
    const [code] = (await once(child, "close")) as [number | null];
    if (out === "") throw new Error(`life said nothing but:\n${progress}`);
    const report = JSON.parse(out) as LifeReport;
    const ofTheLine = /^invariant|run$|^(events|unexpected error|not quiet|never imported)$/;
    expect(report.violations.filter(({ kind }) => ofTheLine.test(kind))).toEqual([]);
    expect(report.counts.states["package DELIVERED"]).toBeGreaterThan(5);
    expect(Object.keys(report.counts.commands).length).toBeGreaterThan(5);
    expect(code).toBe(report.ok ? 0 : 1);
  }, 600_000);
});
