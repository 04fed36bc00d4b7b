import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { lockInstance } from "./instance-lock.ts";
import { identifyProcess } from "@drumline/core/process";

describe("lockInstance", () => {
  let folder: string;
  let said: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "drumline lock "));
    said = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const note = () => join(folder, "start.json");
  const lock = () => lockInstance(folder, { launcher: null, say: (line) => said.push(line) });
  const sleeper = () => spawn("sleep", ["60"], { stdio: "ignore" });

  it("refuses a second start with the pid and addresses of the first", async () => {
    const first = await lock();
    first.noteUrls(["http://127.0.0.1:3000"]);
    await expect(lock()).rejects.toThrow(
      new RegExp(`already runs from .* as process ${process.pid}: http://127\\.0\\.0\\.1:3000`),
    );
    first.release();
    (await lock()).release();
    expect(existsSync(note())).toBe(false);
  });

  it("takes over from a process that is gone, also when its number went to another", async () => {
    const other = { pid: process.pid, startedAt: "another time" };
    writeFileSync(note(), JSON.stringify({ supervisor: other, launcher: null, urls: [], children: [] }));
    (await lock()).release();
    expect(said).toEqual([]);
  });

  it("takes over from a note that was cut short", async () => {
    writeFileSync(note(), '{"supervisor":');
    (await lock()).release();
  });

  it("waits for what a killed start left behind", async () => {
    const leftover = sleeper();
    const gone = { pid: process.pid, startedAt: "another time" };
    const children = [identifyProcess(leftover.pid!)];
    writeFileSync(note(), JSON.stringify({ supervisor: gone, launcher: null, urls: [], children }));
    const locking = lock();
    expect(said).toEqual([expect.stringContaining(`(${leftover.pid})`)]);
    leftover.kill();
    (await locking).release();
  });

  it("waits for a start whose npm was killed instead of refusing", async () => {
    const supervisor = sleeper();
    const npm = sleeper();
    const launcher = identifyProcess(npm.pid!);
    npm.kill();
    await once(npm, "exit");
    writeFileSync(
      note(),
      JSON.stringify({ supervisor: identifyProcess(supervisor.pid!), launcher, urls: [], children: [] }),
    );
    const locking = lock();
    supervisor.kill();
    (await locking).release();
    expect(said).toHaveLength(1);
  });

  it("remembers the children that live", async () => {
    const child = sleeper();
    const ours = await lock();
    ours.noteChild(child.pid!);
    expect(JSON.parse(readFileSync(note(), "utf8")).children).toMatchObject([{ pid: child.pid }]);
    ours.release();
    child.kill();
  });
});
