import { describe, expect, it } from "@jest/globals";

import { createCallSpacing } from "./call-spacing.ts";

describe("turns of calls to AWS", () => {
  it("stay apart after the process stood still, however many wait", async () => {
    let nowMs = 0;
    const waits: { readonly untilMs: number; readonly resolve: () => void }[] = [];
    const wait = (delayMs: number) => new Promise<void>((resolve) => waits.push({ untilMs: nowMs + delayMs, resolve }));
    const takeTurn = createCallSpacing(10, { nowMs: () => nowMs, wait });
    const takenAtMs: number[] = [];
    const all = Promise.all(Array.from({ length: 8 }, async () => void (await takeTurn(), takenAtMs.push(nowMs))));
    const passUntil = async (ms: number) => {
      nowMs = ms;
      for (const due of waits.filter(({ untilMs }) => untilMs <= nowMs)) {
        waits.splice(waits.indexOf(due), 1);
        due.resolve();
      }
      await new Promise(setImmediate);
    };
    await passUntil(0);
    await passUntil(5_000);
    while (takenAtMs.length < 8) await passUntil(nowMs + 10);
    await all;
    expect(takenAtMs).toEqual([0, 5_000, 5_100, 5_200, 5_300, 5_400, 5_500, 5_600]);
  });
});
