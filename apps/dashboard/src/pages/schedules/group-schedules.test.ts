import { describe, expect, it } from "@jest/globals";

import { groupSchedules } from "./group-schedules.ts";

const schedules = ["a", "b", "c", "d"].map((key, index) => ({
  key,
  task: ["shop.x", "oms.x", "gone", "oms.y"][index]!,
}));
const queueOf = (task: string) => ({ "shop.x": "shop", "oms.x": "oms", "oms.y": "oms" })[task];

describe("schedules by area", () => {
  it("puts pinned ones first, then the areas in their order, and tasks that nobody knows last", () => {
    const grouped = groupSchedules(schedules, queueOf, new Set(["d"]));
    expect(grouped.map(({ group, schedule }) => `${group} ${schedule.key}`)).toEqual([
      "Pinned d",
      "OMS b",
      "Shop a",
      "Other c",
    ]);
  });
});
