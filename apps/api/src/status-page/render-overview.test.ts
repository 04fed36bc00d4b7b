import { describe, expect, it } from "@jest/globals";

import type { Overview } from "../overview/overview.ts";
import { formatSpan, renderOverview } from "./render-overview.js";

describe("formatSpan", () => {
  it.each([
    [0, "0 ms"],
    [42, "42 ms"],
    [1_500, "1.5 s"],
    [42_000, "42 s"],
    [5 * 60_000, "5 min"],
    [59 * 60_000 + 59_999, "1 h"],
    [3 * 3_600_000 + 5 * 60_000, "3 h 5 min"],
    [24 * 3_600_000, "1 d"],
    [52 * 3_600_000, "2 d 4 h"],
  ])("says %d ms as %s", (ms, words) => {
    expect(formatSpan(ms)).toBe(words);
  });
});

describe("the overview", () => {
  const withProblems = (openProblems: { error: number; warning: number; info: number } | null): string => {
    const counters = { ordersPulled: 1, ordersPlanned: 1, packages: 1, exact: true, late: 0, openProblems };
    const empty = { processes: [], schedules: [], runs: [], queues: [] };
    const overview: Overview = { at: "2026-11-26T12:00:00Z", ready: true, reasons: [], counters, ...empty };
    return renderOverview(overview, Date.parse(overview.at));
  };

  it.each([
    ["gravest first", { error: 1, warning: 2, info: 3 }, 'tile bad"><dt>Problems</dt>', ">3</a>"],
    ["what should be looked at", { error: 0, warning: 2, info: 3 }, 'tile warn"><dt>Problems</dt>', ">2</a>"],
    ["that there is none", { error: 0, warning: 0, info: 3 }, 'tile "><dt>Problems</dt>', ">0</a>"],
  ])("shows how many problems wait for a person: %s", (_what, open, tile, number) => {
    expect(withProblems(open)).toContain(tile);
    expect(withProblems(open)).toContain(`href="api/v1/problems?open=true"${number}`);
  });

  it("shows no number of problems that it does not know", () => {
    expect(withProblems(null)).not.toContain("Problems");
  });
});
