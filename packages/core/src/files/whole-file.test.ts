import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createWholeFile, replaceWholeFile } from "./whole-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drumline files "));
  path = join(folder, "note.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("createWholeFile", () => {
  it("creates a file once, and leaves the one that is there alone", () => {
    expect(createWholeFile(path, "first")).toBe(true);
    expect(createWholeFile(path, "second")).toBe(false);
    expect(readFileSync(path, "utf8")).toBe("first");
    expect(readdirSync(folder)).toEqual(["note.json"]);
  });

  it("says what hinders it", () => {
    expect(() => createWholeFile(join(folder, "nowhere", "note.json"), "text")).toThrow(/ENOENT/);
  });
});

describe("replaceWholeFile", () => {
  it("creates a file or replaces the one that is there, and leaves no draft", () => {
    replaceWholeFile(path, "first");
    replaceWholeFile(path, "second");
    expect(readFileSync(path, "utf8")).toBe("second");
    expect(readdirSync(folder)).toEqual(["note.json"]);
  });

  it("keeps a secret for its owner, whatever the mode of a draft that a killed process left", () => {
    writeFileSync(`${path}.${process.pid}`, "left over", { mode: 0o644 });
    replaceWholeFile(path, "secret", { mode: 0o600 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8")).toBe("secret");
  });
});
