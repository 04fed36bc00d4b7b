import { describe, expect, it } from "@jest/globals";

import { manualClock } from "../clock/index.ts";
import { pauseEnd, turnOf } from "./pause-end.ts";

const DUE = new Date("2026-11-20T12:00:00Z");
const after = (ms: number) => new Date(DUE.getTime() + ms);

describe("the end of a pause", () => {
  it("is the next turn where it is as long as the interval, however late in its turn the look came", () => {
    for (const lateMs of [0, 3, 250, 4_999, 5_001, 9_999])
      expect(pauseEnd({ dueAt: DUE, now: after(lateMs) }, 10_000)).toEqual(after(10_000));
  });

  it("leaves half of itself after a look that came when it would have ended", () => {
    expect(pauseEnd({ dueAt: DUE, now: after(3_600_000) }, 10_000)).toEqual(after(3_605_000));
    expect(pauseEnd({ dueAt: DUE, now: after(10_000) }, 10_000)).toEqual(after(15_000));
    expect(pauseEnd({ dueAt: DUE, now: after(5_000) }, 0)).toEqual(after(5_000));
    expect(pauseEnd({ dueAt: DUE, now: after(3_600_000) }, 1)).toEqual(after(3_600_001));
  });

  it("is a turn that comes before half of it, and is not then again", () => {
    expect(pauseEnd({ dueAt: DUE, now: after(29_999) }, 10_000)).toEqual(after(30_000));
    expect(pauseEnd({ dueAt: DUE, now: after(30_000) }, 10_000)).toEqual(after(35_000));
  });

  it("counts from the look itself where no schedule meant the run, or one means it for later", () => {
    expect(pauseEnd({ dueAt: null, now: DUE }, 10_000)).toEqual(after(10_000));
    expect(pauseEnd({ dueAt: after(60_000), now: DUE }, 10_000)).toEqual(after(10_000));
  });

  it("costs no turn of a schedule whose interval it is or is longer than", () => {
    for (const pauseMs of [1_000, 2_500, 5_000, 9_999, 10_000]) {
      let nextAt = DUE;
      let looks = 0;
      for (let turn = 0; turn < 100; turn += 1) {
        const dueAt = after(turn * 10_000);
        const startedAt = new Date(dueAt.getTime() + ((turn * 37) % 400));
        if (nextAt > startedAt) continue;
        looks += 1;
        // Some runs are long: they look at it when the next turn is near.
        nextAt = pauseEnd({ dueAt, now: new Date(startedAt.getTime() + ((turn * 53) % 9_600)) }, pauseMs);
      }
      expect(looks).toBe(100);
    }
  });

  it("takes its turn from a handler's run and clock", () => {
    const run = { id: "r", task: "t", attempt: 1, dueAt: DUE, chunk: null };
    expect(turnOf({ run, clock: manualClock(after(5)) })).toEqual({ dueAt: DUE, now: after(5) });
  });
});
