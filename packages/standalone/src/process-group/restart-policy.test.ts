import { describe, expect, it } from "@jest/globals";

import { type Death, planRestart } from "./restart-policy.ts";

const quick: Death = { livedMs: 2_000, wasEverReady: true, exitCode: 1 };
const long: Death = { livedMs: 60_000, wasEverReady: true, exitCode: 1 };

describe("planRestart", () => {
  it("waits twice as long after each quick death", () => {
    const delays = [1, 2, 3, 4].map((count) => planRestart(Array.from({ length: count }, () => quick)));
    expect(delays).toEqual([250, 500, 1_000, 2_000].map((delayMs) => ({ kind: "restart", delayMs })));
  });

  it("gives up at the fifth quick death in a row", () => {
    expect(planRestart([quick, quick, quick, quick, quick])).toEqual({ kind: "give_up" });
  });

  it("forgets quick deaths once the process lived long", () => {
    expect(planRestart([quick, quick, quick, quick, long])).toEqual({ kind: "restart", delayMs: 250 });
    expect(planRestart([quick, quick, long, quick])).toEqual({ kind: "restart", delayMs: 250 });
  });

  it("gives up at once when a process ends itself before it was ever ready", () => {
    expect(planRestart([{ livedMs: 300, wasEverReady: false, exitCode: 1 }])).toEqual({ kind: "give_up" });
  });

  it("tries again when a signal ended a process before it was ready", () => {
    expect(planRestart([{ livedMs: 300, wasEverReady: false, exitCode: null }])).toEqual({
      kind: "restart",
      delayMs: 250,
    });
  });
});
