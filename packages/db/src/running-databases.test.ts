import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identityOf } from "@drumline/core/process";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { findRunningDatabases, forgetRunningDatabases, saveRunningDatabases } from "./running-databases.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drumline-running-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The number of a process that lived a moment ago. */
const deadPid = () => spawnSync(process.execPath, ["--version"]).pid;

describe("the running databases", () => {
  const databases = {
    databaseUrl: "postgresql://drumline:secret@127.0.0.1:5432/drumline",
    redisUrl: null,
    pid: process.pid,
  };

  it("are found by other commands while their process lives", () => {
    expect(findRunningDatabases(folder)).toBeNull();
    saveRunningDatabases(folder, databases);
    expect(findRunningDatabases(folder)).toEqual(databases);
    forgetRunningDatabases(folder);
    expect(findRunningDatabases(folder)).toBeNull();
  });

  it("are kept from other users, for the address holds the password", () => {
    saveRunningDatabases(folder, databases);
    expect(statSync(join(folder, "stores.json")).mode & 0o077).toBe(0);
  });

  it("do not count when their process died, when another got its number, or when the file is damaged", () => {
    saveRunningDatabases(folder, { ...databases, pid: deadPid() });
    expect(findRunningDatabases(folder)).toBeNull();

    saveRunningDatabases(folder, databases);
    const path = join(folder, "stores.json");
    const saved = readFileSync(path, "utf8");
    writeFileSync(path, saved.replace(identityOf(process.pid)!, "the one before"));
    expect(findRunningDatabases(folder)).toBeNull();
    writeFileSync(path, saved.slice(0, 20));
    expect(findRunningDatabases(folder)).toBeNull();
  });
});
