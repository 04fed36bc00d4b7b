import { describe, expect, it } from "@jest/globals";

import { resolveEnvSchedules } from "@drumline/core/scheduling";
import { catalogue } from "@drumline/tasks";

import { chooseRuns } from "./choose-runs.ts";

const due = resolveEnvSchedules(catalogue, {}).schedules.map((schedule) => ({ schedule, dueAt: new Date(0) }));
const waits = Object.fromEntries(due.map(({ schedule }) => [schedule.task, false]));
const hour = (count: number) => new Date(count * 3_600_000);
const names = (chosen: ReturnType<typeof chooseRuns>) => chosen.map(({ schedule }) => schedule.key);

describe("the runs of a step", () => {
  it("are all that is due when idle runs are wanted", () => {
    const choice = { at: hour(0), isNews: false, hasWork: null, lastRunAt: new Map() };
    expect(chooseRuns(due, choice)).toEqual(due);
    expect(chooseRuns(due, choice)).toEqual(due);
  });

  it("are those that would find something, and every other once a day", () => {
    const lastRunAt = new Map<string, number>();
    const choose = (at: Date, own = waits, isNews = false) => chooseRuns(due, { at, isNews, hasWork: own, lastRunAt });
    expect(choose(hour(0))).toEqual(due);
    expect(choose(hour(6))).toEqual([]);
    const task = "oms.fulfilment.tasks.fulfil_replaning_orders";
    expect(names(choose(hour(12), { ...waits, [task]: true }))).toEqual(["fulfil-replanning-orders"]);
    expect(names(choose(hour(18), waits, true))).toEqual([
      "get-omnitron-orders-cron",
      "fulfil-waiting-orders",
      "process-cancellation-plans",
    ]);
    expect(choose(hour(24)).length).toBe(due.length - 4);
  });
});
