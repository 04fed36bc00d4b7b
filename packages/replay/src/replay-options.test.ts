import { tmpdir } from "node:os";

import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { InvalidReplay } from "./invalid-replay.ts";
import { parseReplayOptions } from "./replay-options.ts";

let data: string;
beforeAll(() => {
  data = realpathSync(mkdtempSync(join(tmpdir(), "replay-options-")));
  writeFileSync(join(data, "orders.csv"), "");
});
afterAll(() => rmSync(data, { recursive: true }));

describe("the options of a replay", () => {
  it("need only a folder", () => {
    expect(parseReplayOptions({ data })).toEqual({
      data,
      orders: 0,
      workers: 2,
      stepMs: 21_600_000,
      short: 0,
      seed: 1,
      killEverySeconds: null,
      faults: false,
      idleRuns: false,
      json: false,
      keep: false,
    });
  });

  it.each([
    ["3%", 0.03],
    ["0.03", 0.03],
    ["100%", 1],
  ])("read a share of %s", (short, share) => {
    expect(parseReplayOptions({ data, short }).short).toBeCloseTo(share);
  });

  it.each([
    ["10m", 600_000],
    ["1h", 3_600_000],
    ["7d", 604_800_000],
  ])("read a step of %s", (step, stepMs) => {
    expect(parseReplayOptions({ data, step }).stepMs).toBe(stepMs);
  });

  it("say everything that is wrong at once", () => {
    const wrong = { orders: "-1", workers: "0", step: "5m", short: "101%", seed: "x", killEvery: "0" };
    const parse = () => parseReplayOptions(wrong);
    expect(parse).toThrow(InvalidReplay);
    for (const flag of ["data", "orders", "workers", "step", "short", "seed", "kill-every"])
      expect(parse).toThrow(new RegExp(`--${flag} `));
  });
});
