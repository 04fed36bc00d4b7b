import type { RunRow } from "@drumline/engine";
import { describe, expect, it } from "@jest/globals";

import { PLAIN } from "../output/color.ts";
import { widthOf } from "../output/width.ts";
import { formatFrame, toProgress, toRows, toSentence } from "./frame.ts";
import type { TopFacts } from "./load-facts.ts";

const AT = new Date("2026-11-26T15:00:00Z");
const after = (seconds: number) => new Date(AT.getTime() + seconds * 1_000);
const LOOK = { columns: 80, rows: 24, timezone: "UTC", paint: PLAIN };

const toRun = (facts: Partial<RunRow>) =>
  ({
    id: "1",
    task: "oms.orders.tasks.fulfil_waiting_orders",
    schedule: null,
    status: "FAILED",
    createdAt: AT,
    ...facts,
  }) as RunRow;
const FACTS: TopFacts = {
  at: AT,
  beats: 1,
  workers: 2,
  schedulesOn: 31,
  openProblems: 3,
  late: [],
  running: [toRun({ startedAt: after(-185), progress: { done: 1_200, total: 2_300 } })],
  next: [
    { key: "refunds", task: "RefundUpdates", dueAt: after(5), pausedBy: "Ada", pausedReason: "carrier is down" },
    { key: "get-omnitron-orders-cron", task: "x", dueAt: after(12), pausedBy: null, pausedReason: null },
  ],
  failures: [toRun({ finishedAt: after(-60), error: "Carrier 503\nsecond \u001b[2J line" })],
};
const many = <Row>(row: Row) => Array.from({ length: 60 }, () => row);

describe("the screen of drumline top", () => {
  it("says first whether all is well, else the first thing that is not", () => {
    const running = "31 schedules on, 1 running, next in 12 s";
    expect(toSentence(FACTS)).toBe(`All well. ${running}`);
    expect(toSentence({ ...FACTS, late: [{ schedule: "refunds", lateMs: 185_000 }] })).toBe(
      `1 schedule is late: refunds by 3 m 05 s. ${running}`,
    );
    expect(toSentence({ ...FACTS, workers: 0 })).toMatch(/^No worker lives/);
    expect(toSentence({ ...FACTS, beats: 0, workers: 0 })).toMatch(/^No beat lives/);
  });

  it("shows what runs, comes and failed, with the chosen row marked, and obeys no word of an outside system", () => {
    expect(formatFrame(FACTS, 2, "keys", LOOK)).toEqual([
      "drumline  2026-11-26T15:00:00+00:00        beats 1 · workers 2 · open problems 3",
      "All well. 31 schedules on, 1 running, next in 12 s",
      "Running",
      "    3 m 05 s  fulfil_waiting_orders               #####.....  52 % of 2,300",
      "Next",
      "       5.0 s  refunds                           paused by Ada: carrier is down",
      ">       12 s  get-omnitron-orders-cron          26 Nov 15:00:12".padEnd(80),
      "Last failures",
      "  26 Nov 14:59  fulfil_waiting_orders       Carrier 503 second \\u001b[2J line",
      "keys",
    ]);
  });

  it.each([
    [80, 24],
    [40, 10],
    [200, 60],
  ])("fits into %i columns and %i rows however much there is, and gives each part its place", (columns, rows) => {
    const facts = {
      ...FACTS,
      running: many(FACTS.running[0]!),
      failures: many(FACTS.failures[0]!),
      next: many(FACTS.next[0]!),
    };
    const lines = formatFrame(facts, 0, "東京 ".repeat(100), { ...LOOK, columns, rows });
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
    const kinds = toRows(facts, { columns, rows });
    expect(new Set(kinds.map((row) => (row.kind === "run" ? row.run.startedAt === undefined : "schedule"))).size).toBe(
      3,
    );
  });

  it.each([
    [null, ""],
    [{ done: 12_000 }, "12,000 done"],
    [{ done: 0, total: 5 }, "..........   0 % of 5"],
    [{ done: 9, total: 5 }, "########## 100 % of 5"],
    [{ done: "x" }, ""],
  ])("shows the progress %j as %j", (progress, shown) => expect(toProgress(progress)).toBe(shown));
});
