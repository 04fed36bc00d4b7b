import { spawnSync } from "node:child_process";
import { describe, expect, it } from "@jest/globals";
import { identityOf } from "./process-identity.ts";

/** The number of a process that lived a moment ago. */
const deadPid = () => spawnSync(process.execPath, ["--version"]).pid;

describe("identityOf", () => {
  it("is the same as long as a process lives, differs between processes, and is null for a dead one", () => {
    expect(identityOf(process.pid)).toEqual(expect.any(String));
    expect(identityOf(process.pid)).toBe(identityOf(process.pid));
    expect(identityOf(process.ppid)).not.toBe(identityOf(process.pid));
    expect(identityOf(deadPid())).toBeNull();
  });
});
