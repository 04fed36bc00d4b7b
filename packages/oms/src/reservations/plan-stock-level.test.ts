import { describe, expect, it } from "@jest/globals";

import { planStockLevel } from "./plan-stock-level.ts";

const at = (hour: number) => new Date(Date.UTC(2026, 10, 20, hour));
const left = (id: bigint, units: number, hour = 12) => ({ id, units, since: at(hour) });
const NEVER = at(0);

describe("a location's level by the engine's word", () => {
  it.each([
    ["counts what left as gone while the engine has not noticed", 5, [left(1n, 2)], 5, 3, []],
    ["follows the engine once its level has fallen by that", 5, [left(1n, 2)], 3, 3, [[1n, 0]]],
    [
      "takes a fall for what left first, part of it too",
      5,
      [left(1n, 2), left(2n, 2)],
      2,
      1,
      [
        [1n, 0],
        [2n, 1],
      ],
    ],
    ["takes a larger fall for more than what left", 5, [left(1n, 2)], 0, 0, [[1n, 0]]],
    ["does not take a rise for a fall", 5, [left(1n, 2)], 50, 48, []],
    ["never promises less than nothing", 1, [left(1n, 3)], 1, 0, []],
    ["is the engine's word where nothing left", 5, [], 7, 7, []],
  ] as const)("%s", (_, engineLevel, awaited, told, onHand, changed) => {
    const next = planStockLevel({ engineLevel, onHand: 0 }, told, awaited, NEVER);
    expect([next.onHand, next.awaited.map(({ id, units }) => [id, units])]).toEqual([onHand, changed]);
    expect(next.engineLevel).toBe(told);
  });

  it("forgets what left long ago, since a fall can be hidden by goods that came in", () => {
    const next = planStockLevel({ engineLevel: 5, onHand: 1 }, 5, [left(1n, 2, 3), left(2n, 2, 9)], at(3));
    expect(next).toMatchObject({ onHand: 3, awaited: [{ id: 1n, units: 0 }] });
  });

  it("of which the engine's last word is not known is what is on hand with what left", () => {
    expect(planStockLevel({ engineLevel: null, onHand: 3 }, 5, [left(1n, 2)], NEVER)).toMatchObject({
      onHand: 3,
      hasRisen: false,
    });
    expect(planStockLevel({ engineLevel: null, onHand: 3 }, 6, [left(1n, 2)], NEVER)).toMatchObject({ hasRisen: true });
  });
});
