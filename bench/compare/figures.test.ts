import { describe, expect, it } from "@jest/globals";

import { compareFigures, parseFigures } from "./figures.ts";

const LINE =
  "ledger and queue (redis): started/s 9,100 · run to the end/s 2,900 · worker CPU ms/run 0.321 · share 37 %";

describe("figures of a bench", () => {
  it("are read as they were printed, with their line", () => {
    expect([...parseFigures(`${LINE}\nnot measured\n`)]).toEqual([
      ["ledger and queue (redis): started/s", 9_100],
      ["ledger and queue (redis): run to the end/s", 2_900],
      ["ledger and queue (redis): worker CPU ms/run", 0.321],
      ["ledger and queue (redis): share", 37],
    ]);
  });

  it("are compared by their medians, where both revisions have them", () => {
    const rounds = (...values: number[]) => values.map((value) => new Map([["noop: done/s", value]]));
    expect(
      compareFigures(rounds(100, 90, 500), [
        new Map([
          ["new: done/s", 1],
          ["noop: done/s", 99],
        ]),
        ...rounds(80),
      ]),
    ).toEqual([
      { figure: "noop: done/s", before: 100, now: 89.5, ratio: 0.895, isRate: true, spread: [80 / 500, 99 / 90] },
    ]);
  });
});
