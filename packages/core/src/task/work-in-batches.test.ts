import { describe, expect, it } from "@jest/globals";

import { shareBacklog, workInBatches } from "./work-in-batches.ts";

function startWork(items: number, { limit = null as number | null, signal = new AbortController().signal } = {}) {
  const waiting = Array.from({ length: items }, (_, index) => index);
  const asked: number[] = [];
  const shown: [number, number | undefined][] = [];
  const released: number[] = [];
  const context = { limit, signal, progress: (done: number, total?: number) => void shown.push([done, total]) };
  const claim = async (most: number) => {
    asked.push(most);
    return waiting.splice(0, most);
  };
  const release = async (claimed: readonly number[]) => void released.push(...claimed);
  return { context, claim, release, asked, shown, released };
}

describe("workInBatches", () => {
  it("goes on until nothing is left to claim, and shows how far it is", async () => {
    const { context, claim, asked, shown } = startWork(5);
    await workInBatches(context, { batchSize: 2, backlog: 4, claim, work: async ({ length }) => length });
    expect(asked).toEqual([2, 2, 2, 2]);
    expect(shown).toEqual([
      [2, 4],
      [4, 4],
      [5, 5],
    ]);
  });

  it("claims no more than the limit leaves, counted by what the work used up of it", async () => {
    const { context, claim, asked, shown } = startWork(20, { limit: 3 });
    let batches = 0;
    await workInBatches(context, { batchSize: 10, claim, work: async () => ((batches += 1) === 1 ? 1 : 2) });
    expect(asked).toEqual([3, 2]);
    expect(shown).toEqual([
      [1, undefined],
      [3, undefined],
    ]);
  });

  it("gives a batch back whose work throws", async () => {
    const { context, claim, release, released } = startWork(3);
    const work = () => Promise.reject(new Error("no stock"));
    await expect(workInBatches(context, { batchSize: 2, claim, work, release })).rejects.toThrow("no stock");
    expect(released).toEqual([0, 1]);
  });

  it("stops between two batches when it is asked to", async () => {
    const aborter = new AbortController();
    const { context, claim, asked } = startWork(9, { signal: aborter.signal });
    const work = async () => (aborter.abort(new Error("asked to stop")), 2);
    await expect(workInBatches(context, { batchSize: 2, claim, work })).rejects.toThrow("asked to stop");
    expect(asked).toEqual([2]);
  });
});

describe("shareBacklog", () => {
  it.each([
    [0, -1],
    [500, 0],
    [501, 1],
    [9_999, 3],
  ])("of %d items in batches of 500 asks for %d helpers, of three at most", async (waiting, helpers) => {
    const asked: number[] = [];
    const context = { askForHelpers: async (count: number) => (asked.push(count), count) };
    const count = async (most: number) => Math.min(waiting, most);
    expect(await shareBacklog(context, { batchSize: 500, mostHelpers: 3, count })).toBe(Math.min(waiting, 2_000));
    expect(asked).toEqual([helpers]);
  });
});
