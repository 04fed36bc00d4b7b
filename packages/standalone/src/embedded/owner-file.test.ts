import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identityOf } from "@drumline/core/process";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { claimOwnership, giveUpOwnership } from "./owner-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drumline-running-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The number of a process that lived a moment ago. */
const deadPid = () => spawnSync(process.execPath, ["--version"]).pid;

describe("claimOwnership", () => {
  const path = () => join(folder, "owner.json");

  it("gives a folder to the first who asks, until it is given up", () => {
    expect(claimOwnership(path())).toBeNull();
    expect(claimOwnership(path())).toEqual({ pid: process.pid, identity: identityOf(process.pid) });
    giveUpOwnership(path());
    expect(claimOwnership(path())).toBeNull();
  });

  it.each([
    ["a process that died", () => JSON.stringify({ pid: deadPid(), identity: "boot/1" })],
    ["a process whose number somebody else got", () => JSON.stringify({ pid: process.pid, identity: "boot/1" })],
    ["nobody who can be read", () => "{"],
  ])("takes it from %s", (_who, content) => {
    writeFileSync(path(), content());
    expect(claimOwnership(path())).toBeNull();
  });
});
