import { spawnSync } from "node:child_process";
import { describe, expect, it } from "@jest/globals";
import { identifyProcess, identityOf, isSameProcess } from "./process-identity.ts";

/** The number of a process that lived a moment ago. */
const deadPid = () => spawnSync(process.execPath, ["--version"]).pid;

describe("identityOf", () => {
  it("is the same as long as a process lives, differs between processes, and is null for a dead one", () => {
    expect(identityOf(process.pid)).toEqual(expect.any(String));
    expect(identityOf(process.pid)).toBe(identityOf(process.pid));
    // The first process of all: a parent may have begun in the same clock tick.
    expect(identityOf(1)).not.toBe(identityOf(process.pid));
    expect(identityOf(deadPid())).toBeNull();
  });
});

describe("isSameProcess", () => {
  it("holds while the process lives, and not for a later one that got its number", () => {
    expect(isSameProcess(identifyProcess(process.pid))).toBe(true);
    expect(isSameProcess({ pid: process.pid, startedAt: "another time" })).toBe(false);
    expect(isSameProcess(identifyProcess(deadPid()))).toBe(false);
  });
});
