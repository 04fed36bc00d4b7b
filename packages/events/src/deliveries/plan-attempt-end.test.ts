import { describe, expect, it } from "@jest/globals";

import { planAttemptEnd } from "./plan-attempt-end.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const answer = (status: number | null, retryAfterMs: number | null = null) => ({
  status,
  retryAfterMs,
  excerpt: null,
  error: status === null ? "no route to host" : null,
  durationMs: 1,
});
const plan = (status: number | null, retryAfterMs: number | null = null, position = 1) =>
  planAttemptEnd(answer(status, retryAfterMs), { position, schedule: null, now: NOW, random: () => 0 });

describe("planAttemptEnd", () => {
  it.each<[number | null, string]>([
    [200, "DELIVERED"],
    [204, "DELIVERED"],
    [299, "DELIVERED"],
    [301, "PENDING_RETRY"],
    [400, "PENDING_RETRY"],
    [404, "PENDING_RETRY"],
    [410, "DISABLED"],
    [429, "PENDING_RETRY"],
    [500, "PENDING_RETRY"],
    [null, "PENDING_RETRY"],
  ])("%s: %s", (status, expected) => {
    expect(plan(status).status).toBe(expected);
  });

  it.each<[string, number | null, number, number]>([
    ["waits as the schedule says", null, 1, 5],
    ["waits longer when asked to", 60_000, 1, 60],
    ["does not come earlier when asked to", 1_000, 2, 300],
    ["waits a day at most on request", 90 * 86_400_000, 1, 86_400],
  ])("%s", (_, retryAfterMs, position, seconds) => {
    const { nextAttemptAt } = plan(429, retryAfterMs, position);
    expect((nextAttemptAt!.getTime() - NOW.getTime()) / 1_000).toBe(seconds);
  });

  it("gives up after the tenth attempt of the standard schedule, and says why", () => {
    expect(plan(null, null, 9).status).toBe("PENDING_RETRY");
    expect(plan(null, null, 10)).toEqual({ status: "EXHAUSTED", nextAttemptAt: null, error: "no route to host" });
  });

  it("pauses for a second even where a hook asks for none", () => {
    const schedule = { choice: "fixed", kwargs: { seconds: 0 } } as const;
    const { nextAttemptAt } = planAttemptEnd(answer(500), { position: 1, schedule, now: NOW, random: () => 0 });
    expect(nextAttemptAt!.getTime() - NOW.getTime()).toBe(1_000);
  });
});
