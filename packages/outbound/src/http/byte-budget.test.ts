import { describe, expect, it } from "@jest/globals";

import { plain, type RawAnswer, startRawServer } from "@drumline/testing";

import { type ByteBudget, createByteBudget, halfOf, heapBytesOf } from "./byte-budget.ts";
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

describe("half of a budget", () => {
  it("is all that one owner gets, and those behind it in its own queue keep nobody else waiting", async () => {
    const whole = createByteBudget(10);
    const [greedy, modest] = [halfOf(whole), halfOf(whole)];
    const held = await greedy.reserve(5, signal);
    const waiting = greedy.reserve(5, signal);
    expect(greedy.tryReserve(1)).toBeNull();
    const other = await modest.reserve(5, signal);
    other();
    held();
    (await waiting)();
    expect(whole.tryReserve(10)).not.toBeNull();
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
  const requestOf = (url: string, timeoutMs = 5_000) => ({
    system: "feed",
    method: "GET",
    url,
    headers: {},
    timeoutMs,
    signal,
  });
  const lengthOf = { read: ({ text }: { readonly text: string }) => text.length };

  it.each([
    ["whose length is told", plain(long)],
    ["whose length is not told", chunked],
  ])("%s never take more than there is, and none waits for ever", async (_what, answer) => {
    const server = await startRawServer(answer);
    // Room for one: all the others wait with their beginnings in hand.
    const total = heapBytesOf(2 * MEGABYTE);
    const budget = watched(createByteBudget(total));
    const transport = createTransport({ budget });
    const sizes = await Promise.all(Array.from({ length: 20 }, () => transport.ask(requestOf(server.url), lengthOf)));
    transport.close();
    await server.close();
    expect(new Set(sizes)).toEqual(new Set([long.length]));
    expect(budget.most()).toBeLessThanOrEqual(total);
    expect(budget.most()).toBeGreaterThan(0);
    expect(budget.tryReserve(total)).not.toBeNull();
  });

  it("hold no share while they say nothing, so that another system's answer goes past them", async () => {
    const silent = await startRawServer(
      (socket) => void socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2000000\r\n\r\n"),
    );
    const talking = await startRawServer(plain(long));
    const transport = createTransport({ budget: createByteBudget(1) });
    const ended: string[] = [];
    const never = Array.from({ length: 20 }, () =>
      transport.ask(requestOf(silent.url, 1_000)).catch(() => ended.push("silent")),
    );
    expect(await transport.ask(requestOf(talking.url), lengthOf)).toBe(long.length);
    expect(ended).toEqual([]);
    await Promise.all(never);
    transport.close();
    await silent.close();
    await talking.close();
  });
});
