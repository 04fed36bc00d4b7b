import { expect, it } from "@jest/globals";

import type { ClaimedRun } from "./claim-runs.sql.ts";
import { createTaskTotals } from "./task-totals.ts";

const dueAt = new Date("2026-11-20T12:00:00Z");
const run = (task: string, due: Date | null, lateMs = 0) =>
  ({ task, dueAt: due, startedAt: new Date(dueAt.getTime() + lateMs) }) as ClaimedRun;

it("counts the runs that ended for good by task and status, how long they took and how late they began", () => {
  const totals = createTaskTotals();
  totals.add(run("a", dueAt, 20), "FINISHED", 100);
  totals.add(run("a", dueAt, 2_000), "FINISHED", 101);
  totals.add(run("a", null), "FAILED", 100_000_000);
  totals.add(run("a", dueAt), "RETRY", 1);
  totals.add(run("a", dueAt), "SNOOZE", 1);
  totals.add(run("b", dueAt, -5), "TIMED_OUT", 0);
  const { bounds, tasks } = totals.read();
  expect(bounds).toEqual([0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400]);
  expect(tasks).toEqual([
    {
      task: "a",
      ended: { FINISHED: 2, FAILED: 1 },
      duration: { counts: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1], sumMs: 100_000_201 },
      lateness: { counts: [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], sumMs: 2_020 },
    },
    {
      task: "b",
      ended: { TIMED_OUT: 1 },
      duration: { counts: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], sumMs: 0 },
      lateness: { counts: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], sumMs: 0 },
    },
  ]);
});

it("is as long after a million runs as after one", () => {
  const totals = createTaskTotals();
  totals.add(run("a", dueAt), "FINISHED", 1);
  const before = JSON.stringify(totals.read()).length;
  for (let no = 0; no < 1_000_000; no += 1) totals.add(run("a", dueAt), "FINISHED", 1);
  expect(JSON.stringify(totals.read()).length).toBeLessThan(before + 50);
});
