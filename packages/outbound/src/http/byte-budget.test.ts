import { describe, expect, it } from "@jest/globals";

import { plain, type RawAnswer, startRawServer } from "@drumline/testing";

import { type AnswerBudget, type ByteBudget, createByteBudget, heapBytesOf } from "./byte-budget.ts";
import { createTransport } from "./transport.ts";

const { signal } = new AbortController();

describe("a byte budget", () => {
  it("lets the first go first, and a small one not pass a big one that waits", async () => {
    const budget = createByteBudget(10);
    const order: string[] = [];
    const first = await budget.reserve(8, signal);
    const big = budget.reserve(9, signal).then((release) => (order.push("big"), release));
    const small = budget.reserve(1, signal).then((release) => (order.push("small"), release));
    expect(budget.tryReserve(1)).toBeNull();
    first();
    (await big)();
    (await small)();
    expect(order).toEqual(["big", "small"]);
    expect(budget.tryReserve(10)).not.toBeNull();
  });

  it("gives all it has to what wants more, alone", async () => {
    const budget = createByteBudget(10);
    const release = await budget.reserve(1_000, signal);
    expect(budget.tryReserve(1)).toBeNull();
    release();
    release();
    expect(budget.tryReserve(10)).not.toBeNull();
    expect(budget.tryReserve(1)).toBeNull();
  });

  it("lets who is aborted go, and those behind it forward", async () => {
    const budget = createByteBudget(10);
    const held = await budget.reserve(8, signal);
    const aborter = new AbortController();
    const big = budget.reserve(10, aborter.signal);
    const small = budget.reserve(2, signal);
    aborter.abort(new Error("shutting down"));
    await expect(big).rejects.toThrow("shutting down");
    (await small)();
    held();
  });
});

/** Notes the most that was out at once. */
function watched(budget: ByteBudget): ByteBudget & { most(): number } {
  let out = 0;
  let most = 0;
  const note = (bytes: number, release: () => void) => {
    most = Math.max(most, (out += bytes));
    return () => {
      out -= bytes;
      release();
    };
  };
  return {
    most: () => most,
    tryReserve: (bytes) => {
      const release = budget.tryReserve(bytes);
      return release === null ? null : note(bytes, release);
    },
    reserve: async (bytes, by) => note(bytes, await budget.reserve(bytes, by)),
  };
}

describe("answers that are read at once", () => {
  const MEGABYTE = 1024 * 1024;
  const long = JSON.stringify("x".repeat(MEGABYTE));
  const chunked: RawAnswer = (socket) => {
    socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    socket.write(`${long.length.toString(16)}\r\n${long}\r\n0\r\n\r\n`);
  };

  it.each([
    ["whose length is told", plain(long)],
    ["whose length is not told", chunked],
  ])("%s never take more than there is, and none waits for ever", async (_what, answer) => {
    const server = await startRawServer(answer);
    // Room for two beginnings and for one whole: all the others wait, some of them with a beginning in hand.
    const short = watched(createByteBudget(2 * heapBytesOf(64 * 1024)));
    const whole = watched(createByteBudget(heapBytesOf(2 * MEGABYTE)));
    const budget: AnswerBudget = { short, long: whole };
    const transport = createTransport({ budget });
    const request = { system: "feed", method: "GET", url: server.url, headers: {}, timeoutMs: 5_000, signal };
    const sizes = await Promise.all(
      Array.from({ length: 20 }, () => transport.ask(request, { read: ({ text }) => text.length })),
    );
    transport.close();
    await server.close();
    expect(new Set(sizes)).toEqual(new Set([long.length]));
    expect(short.most()).toBeLessThanOrEqual(2 * heapBytesOf(64 * 1024));
    expect(whole.most()).toBeLessThanOrEqual(heapBytesOf(2 * MEGABYTE));
    expect(whole.most()).toBeGreaterThan(0);
    expect([short.tryReserve(1), whole.tryReserve(1)]).not.toContain(null);
  });
});
