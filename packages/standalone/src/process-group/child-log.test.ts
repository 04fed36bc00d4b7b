import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { openChildLog } from "./child-log.ts";

describe("openChildLog", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "drumline log "))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("appends to what an earlier start left", () => {
    const path = join(folder, "deep", "beat.log");
    for (const line of ["first", "second"]) {
      const log = openChildLog(path);
      log.append(line);
      log.close();
    }
    expect(readFileSync(path, "utf8")).toBe("first\nsecond\n");
  });

  it("keeps one old file when the log outgrows its size", () => {
    const path = join(folder, "worker.log");
    const log = openChildLog(path, { maxBytes: 10 });
    for (const line of ["aaaaa", "bbbbb", "ccccc", "ddddd", "eeeee"]) log.append(line);
    log.close();
    expect(readFileSync(`${path}.1`, "utf8")).toBe("ccccc\nddddd\n");
    expect(readFileSync(path, "utf8")).toBe("eeeee\n");
  });

  it("ignores lines that come after it was closed", () => {
    const log = openChildLog(join(folder, "api.log"));
    log.close();
    expect(() => log.append("late")).not.toThrow();
  });

  it("is its owner's alone, folder, file and the one before, also where an earlier release left them open", () => {
    const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
    const logs = join(folder, "logs");
    mkdirSync(logs);
    chmodSync(logs, 0o755);
    const paths = [join(logs, "worker.log"), join(logs, "worker.log.1")];
    for (const path of paths) {
      writeFileSync(path, "old\n");
      chmodSync(path, 0o644);
    }
    openChildLog(paths[0]!).close();
    expect([logs, ...paths].map(modeOf)).toEqual(["700", "600", "600"]);
    const log = openChildLog(join(logs, "beat.log"), { maxBytes: 1 });
    log.append("x");
    log.append("y");
    log.close();
    expect(["beat.log", "beat.log.1"].map((name) => modeOf(join(logs, name)))).toEqual(["600", "600"]);
  });
});
