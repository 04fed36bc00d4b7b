import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { manualClock } from "@drumline/core/clock";
import { afterAll, describe, expect, it } from "@jest/globals";

import { loadClockState, saveClockState, UnreadableClockState } from "./clock-state-file.ts";
import { startVirtualClock } from "./virtual-clock.ts";

const DAY_MS = 86_400_000;

describe("the virtual clock", () => {
  it("runs at its speed in virtual days per real second, and keeps its time when the speed changes", () => {
    const real = manualClock(new Date(0));
    const clock = startVirtualClock({ startsAtMs: 1_000, speed: 2 }, real);
    real.advance(500);
    expect(clock.nowMs()).toBe(1_000 + DAY_MS);
    clock.set({ speed: 0 });
    real.advance(60_000);
    expect(clock.nowMs()).toBe(1_000 + DAY_MS);
    clock.set({ nowMs: 5, speed: 0.001 });
    real.advance(1_000);
    expect(clock.nowMs()).toBe(5 + DAY_MS / 1_000);
  });

  it("stops at the last four-digit year instead of running out of dates", () => {
    const real = manualClock(new Date(0));
    const clock = startVirtualClock({ startsAtMs: 0, speed: 100_000 }, real);
    real.advance(DAY_MS);
    expect(new Date(clock.nowMs()).toISOString()).toMatch(/^9999-/);
  });
});

describe("the saved clock", () => {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-clock-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("comes back as it was saved, in a folder that did not exist, and leaves no draft behind", () => {
    const file = join(folder, "deep", "clock.json");
    saveClockState(file, "generator:1", 1_500_000_000_123);
    expect(loadClockState(file, "generator:1")).toBe(1_500_000_000_123);
    expect(readdirSync(join(folder, "deep"))).toEqual(["clock.json"]);
  });

  it("is not taken for another dataset's, nor missed where there is none", () => {
    const file = join(folder, "other.json");
    expect(loadClockState(file, "generator:1")).toBeNull();
    saveClockState(file, "generator:1", 5);
    expect(loadClockState(file, "generator:2")).toBeNull();
  });

  it.each(["", "{", "[]", '{"dataset":"generator:1","virtualNow":"soon"}'])(
    "is refused with the cure when it holds %p",
    (text) => {
      const file = join(folder, "bad.json");
      writeFileSync(file, text);
      expect(() => loadClockState(file, "generator:1")).toThrow(UnreadableClockState);
      expect(() => loadClockState(file, "generator:1")).toThrow(
        /bad\.json is not a saved sandbox clock: .*; delete it/s,
      );
    },
  );
});
