import { describe, expect, it } from "@jest/globals";

import { createGroupSave } from "./group-save.ts";

describe("saving in groups", () => {
  it("saves one that comes alone at once, and together what comes meanwhile", async () => {
    const groups: (readonly number[])[] = [];
    const save = createGroupSave(async (items: readonly number[]) => {
      groups.push(items);
      await Promise.resolve();
      return items.map((item) => item * 10);
    });
    expect(await Promise.all([1, 2, 3].map(save))).toEqual([10, 20, 30]);
    expect(groups).toEqual([[1], [2, 3]]);
    expect(await save(4)).toBe(40);
  });

  it("fails those that were saved together, and saves the next ones", async () => {
    let isDown = true;
    const save = createGroupSave(async (items: readonly number[]) => {
      await Promise.resolve();
      if (isDown) throw new Error("the database is gone");
      return items;
    });
    const outcomes = await Promise.allSettled([1, 2].map(save));
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    isDown = false;
    expect(await save(3)).toBe(3);
  });
});
