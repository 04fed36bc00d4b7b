import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { parseStartOptions } from "./start.ts";

describe("parseStartOptions", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "drumline data "))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("starts one worker on .data where nothing is said", () => {
    expect(parseStartOptions({})).toEqual({
      stateDir: join(process.cwd(), ".data"),
      data: null,
      speed: null,
      seed: null,
      short: null,
      workers: 1,
    });
  });

  it.each(["orders.csv", "orders.csv.gz"])("takes a folder that holds %s", (name) => {
    writeFileSync(join(folder, name), "");
    expect(parseStartOptions({ data: folder, speed: "0.5" })).toMatchObject({ data: realpathSync(folder), speed: 0.5 });
  });

  it("says everything that is wrong at once", () => {
    mkdirSync(join(folder, "empty"));
    const parse = () =>
      parseStartOptions({ data: join(folder, "empty"), speed: "0", seed: "1.5", short: "2", workers: "none" });
    expect(parse).toThrow(/holds no orders\.csv or orders\.csv\.gz/);
    expect(parse).toThrow(/--speed 0: expected virtual days per second above 0/);
    expect(parse).toThrow(/--seed 1\.5: expected a whole number/);
    expect(parse).toThrow(/--short 2: expected a share/);
    expect(parse).toThrow(/--workers none: expected a whole number from 1 to 64/);
  });

  it("tells a missing folder from a file", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => parseStartOptions({ data: join(folder, "nowhere") })).toThrow(/there is no folder/);
    expect(() => parseStartOptions({ data: join(folder, "file") })).toThrow(/is a file; expected the folder/);
  });
});
