import { describe, expect, it } from "@jest/globals";

import { createReceiverState } from "./receiver-state.ts";

const answer = (status: number | null, retryAfterMs: number | null = null) => ({
  status,
  retryAfterMs,
  excerpt: null,
  error: status === null ? "no route to host" : null,
  durationMs: 1,
});

describe("the pause of a receiver", () => {
  it.each<[string, (number | null)[], number | null]>([
    ["well", [200, 200], null],
    ["four failures", [500, null, 503, 500], null],
    ["five failures", [500, null, 502, 500, null], 60_000],
    ["five failures with a success between", [500, 500, 200, 500, 500, 500], null],
    ["refusals of single events", [400, 404, 422, 400, 400, 400], null],
    ["too many requests", [200, 429], 30_000],
    ["gone", [410], 30_000],
  ])("%s", (_, statuses, pauseMs) => {
    const receiver = createReceiverState();
    for (const status of statuses) receiver.record(answer(status));
    expect(receiver.pauseMs()).toBe(pauseMs);
  });

  it("is what it asks for, when it asks for a pause", () => {
    const receiver = createReceiverState();
    receiver.record(answer(503, 900_000));
    receiver.record(answer(429));
    expect(receiver.pauseMs()).toBe(900_000);
  });
});
