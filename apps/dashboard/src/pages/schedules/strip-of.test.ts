import { describe, expect, it } from "@jest/globals";

import { describeOccurrences, toStripCells } from "./strip-of.ts";

const day = { from: "2026-11-26T00:00:00.000Z", cellMs: 900_000, cells: 96 };
const failed = {
  cell: 57,
  status: "FAILED",
  runId: "r",
  runs: 3,
  failed: 1,
  reason: "Carrier 503",
  lateMs: null,
} as const;

describe("the last day of a schedule", () => {
  it("has every quarter of an hour, the empty ones too, and says each in words", () => {
    const cells = toStripCells(day, { id: "s", key: "k", cells: [failed], runs: null });
    expect(cells).toHaveLength(96);
    expect(describeOccurrences(cells[57]!, "UTC")).toBe("14:15-14:30 UTC · 3 runs · 1 failed: Carrier 503");
    expect(describeOccurrences(cells[0]!, "UTC")).toBe("00:00-00:15 UTC · no runs");
    expect(describeOccurrences(cells[57]!, "Europe/Amsterdam")).toMatch(/^15:15-15:30 Europe\/Amsterdam/);
  });

  it("says why occurrences were skipped, and how late the last of a cell began", () => {
    const skipped = { ...failed, status: "SKIPPED", failed: 0, reason: "paused by Ada", lateMs: 0 } as const;
    const late = { ...failed, cell: 1, status: "FINISHED", failed: 0, reason: null, lateMs: 41_300 } as const;
    const cells = toStripCells(day, { id: "s", key: "k", cells: [skipped, late], runs: null });
    expect(describeOccurrences(cells[57]!, "UTC")).toBe("14:15-14:30 UTC · 3 runs · skipped: paused by Ada");
    expect(describeOccurrences(cells[1]!, "UTC")).toBe("00:15-00:30 UTC · 3 runs · late by up to 41 s");
  });

  it("is the last runs of a schedule that is due less than hourly", () => {
    const run = {
      id: "r",
      status: "FINISHED",
      dueAt: "2026-11-26T03:00:00.000Z",
      startedAt: null,
      finishedAt: null,
      reason: null,
      lateMs: 0,
    } as const;
    const cells = toStripCells(day, { id: "s", key: "k", cells: null, runs: [run] });
    expect(describeOccurrences(cells[0]!, "UTC")).toBe("26 Nov 03:00 UTC · finished");
  });
});
