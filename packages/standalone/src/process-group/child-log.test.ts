import { mkdtempSync, readFileSync, rmSync } from "node:fs";
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
});
