import { describe, expect, it } from "@jest/globals";

import { type KnownStatus, planStatus } from "./plan-status.ts";

const since = new Date("2026-11-01T00:00:00Z");
const now = new Date("2026-11-20T12:00:00Z");
const known = (state: KnownStatus["state"], consecutiveFailures = 0, failuresToDown = 1): KnownStatus => ({
  state,
  stateSince: since,
  consecutiveFailures,
  failuresToDown,
});

describe("one more check", () => {
  it.each([
    ["that an unknown API is up is no news", known("UNKNOWN"), true, "UP", null, now],
    ["that an unknown API is down is", known("UNKNOWN"), false, "DOWN", "DOWN", now],
    ["down again tells nobody", known("DOWN", 3), false, "DOWN", null, since],
    ["back up tells everybody", known("DOWN", 3), true, "UP", "UP", now],
    ["the first of three failures leaves it up", known("UP", 0, 3), false, "UP", null, since],
    ["the third of three brings it down", known("UP", 2, 3), false, "DOWN", "DOWN", now],
  ] as const)("%s", (_what, before, isOk, state, news, stateSince) => {
    expect(planStatus(before, isOk, now)).toEqual({
      state,
      news,
      stateSince,
      consecutiveFailures: isOk ? 0 : before.consecutiveFailures + 1,
    });
  });
});
