import { DAY_MS } from "@drumline/core/clock";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { FAILURES_TO_PAUSE, planNextRun } from "./plan-next-run.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const fine = { error: null, hasMore: false, retryAfterMs: null };
const plan = (outcome: Partial<Parameters<typeof planNextRun>[1]>, consecutiveFailures = 0, intervalSeconds = 300) => {
  const { nextRunAt, ...rest } = planNextRun({ intervalSeconds, consecutiveFailures }, { ...fine, ...outcome }, NOW);
  return { ...rest, inSeconds: (nextRunAt.getTime() - NOW.getTime()) / 1_000 };
};

describe("the next exchange", () => {
  it.each([
    ["comes after the interval", plan({}, 3), { consecutiveFailures: 0, inSeconds: 300, pausedReason: null }],
    ["comes at once while there is more", plan({ hasMore: true }), { inSeconds: 0 }],
    ["comes later after a failure", plan({ error: "down" }, 1), { consecutiveFailures: 2, inSeconds: 1_200 }],
    ["comes within a day", plan({ error: "down" }, 3, 80_000), { inSeconds: 86_400 }],
    ["is never sooner than the interval", plan({ error: "down" }, 0, 200_000), { inSeconds: 200_000 }],
    [
      "waits for a person after the fifth failure",
      plan({ error: "down" }, 4),
      { pausedReason: expect.stringContaining("down") },
    ],
    [
      "comes when the client said",
      plan({ error: "busy", retryAfterMs: 7_000 }, 4),
      { consecutiveFailures: 4, inSeconds: 7, pausedReason: null },
    ],
    [
      "does not come next year because the client said so",
      plan({ error: "busy", retryAfterMs: 1e15 }),
      { inSeconds: 86_400 },
    ],
  ])("%s", (_what, next, expected) => expect(next).toMatchObject(expected));

  it("is a time that exists, whatever happened", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1 }),
        fc.nat(),
        fc.option(fc.double({ noNaN: true })),
        fc.boolean(),
        (interval, failures, retry, failed) => {
          const outcome = { error: failed ? "down" : null, hasMore: false, retryAfterMs: retry };
          const { nextRunAt, pausedReason } = planNextRun(
            { intervalSeconds: interval, consecutiveFailures: failures },
            outcome,
            NOW,
          );
          expect(nextRunAt.getTime()).toBeGreaterThan(NOW.getTime());
          if (failed && retry === null && failures >= FAILURES_TO_PAUSE) expect(pausedReason).not.toBeNull();
          if (retry !== null) expect(nextRunAt.getTime()).toBeLessThanOrEqual(NOW.getTime() + DAY_MS);
        },
      ),
    );
  });
});
