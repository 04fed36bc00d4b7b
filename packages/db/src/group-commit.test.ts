import { describe, expect, it } from "@jest/globals";

import { createGroupCommit } from "./group-commit.ts";

describe("createGroupCommit", () => {
  it("sends together what arrives while a batch is under way", async () => {
    const batches: number[][] = [];
    let finishFirst = () => {};
    const firstIsOut = new Promise<void>((resolve) => (finishFirst = resolve));
    const group = createGroupCommit(
      async (items: readonly number[]) => {
        batches.push([...items]);
        if (batches.length === 1) await firstIsOut;
        return items.map((item) => item * 10);
      },
      { maxItems: 100 },
    );
    const first = group.add(1);
    await new Promise((resolve) => setImmediate(resolve));
    const later = [group.add(2), group.add(3)];
    finishFirst();
    expect(await Promise.all([first, ...later])).toEqual([10, 20, 30]);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it("never sends more than the most at once", async () => {
    const sizes: number[] = [];
    const group = createGroupCommit(
      async (items: readonly number[]) => {
        sizes.push(items.length);
        return items;
      },
      { maxItems: 4 },
    );
    await Promise.all(Array.from({ length: 10 }, (_, item) => group.add(item)));
    expect(sizes).toEqual([4, 4, 2]);
  });

  it("tells everyone in a failed batch, and goes on with the next", async () => {
    let calls = 0;
    const group = createGroupCommit(
      async (items: readonly string[]) => {
        calls += 1;
        if (calls === 1) throw new Error("connection lost");
        return items;
      },
      { maxItems: 2 },
    );
    const answers = await Promise.allSettled([group.add("a"), group.add("b"), group.add("c")]);
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
  });

  it("leaves a bad item alone with its own error, and commits the others of its batch", async () => {
    const batches: number[][] = [];
    const group = createGroupCommit(
      async (items: readonly number[]) => {
        batches.push([...items]);
        if (items.includes(3)) throw new RangeError("3 is no good");
        return items.map((item) => item * 10);
      },
      { maxItems: 100 },
    );
    const answers = await Promise.allSettled([1, 2, 3, 4, 5].map((item) => group.add(item)));
    expect(answers.map((answer) => (answer.status === "fulfilled" ? answer.value : String(answer.reason)))).toEqual([
      10,
      20,
      "RangeError: 3 is no good",
      40,
      50,
    ]);
    expect(batches[0]).toEqual([1, 2, 3, 4, 5]);
  });

  it("asks a database that is away once, not once per item", async () => {
    let calls = 0;
    const group = createGroupCommit(
      async (): Promise<readonly number[]> => {
        calls += 1;
        throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
      },
      { maxItems: 100 },
    );
    await Promise.allSettled(Array.from({ length: 50 }, (_, item) => group.add(item)));
    expect(calls).toBe(1);
  });
});
