import { describe, expect, it } from "@jest/globals";

import { manualClock } from "@drumline/core/clock";
import { resolveEnvSchedules } from "@drumline/core/scheduling";
import { catalogue, findTask, scheduleEntries } from "@drumline/tasks";

import { planScheduleChanges } from "./plan-schedule-changes.ts";
import { type DesiredSchedule, type Schedule, toContentHash, toDesiredSchedules } from "./schedule.ts";

const CATALOGUE = 5;
const ENTRIES = scheduleEntries().length;
const builtTasks = catalogue.map((task) => ({ ...task, built: true }));
const desiredOf = (env: Record<string, string>, at = "2026-11-20T00:00:00Z") =>
  toDesiredSchedules(resolveEnvSchedules(builtTasks, env, { clock: manualClock(new Date(at)) }).schedules, (name) => {
    const task = findTask(name);
    return task === undefined ? undefined : { ...task, built: true };
  });

const asRow = (desired: DesiredSchedule): Schedule => ({
  ...desired,
  id: desired.key,
  disabledReason: null,
  anchorAt: new Date(0),
  lastDueAt: null,
  pausedAt: null,
  pausedUntil: null,
  pausedReason: null,
  contentHash: toContentHash(desired),
  catalogueVersion: CATALOGUE,
});

const plan = (before: Record<string, string>, after: Record<string, string>) =>
  planScheduleChanges(desiredOf(before).map(asRow), desiredOf(after), CATALOGUE);

describe("planScheduleChanges", () => {
  it("adds every entry of the catalogue to an empty ledger", () => {
    expect(planScheduleChanges([], desiredOf({}), CATALOGUE).added).toHaveLength(ENTRIES);
  });

  it("changes nothing on a restart with the same env, whatever the day", () => {
    const env = { DB_MAINTENANCE_CRONTAB: "0 0 1 * 1" };
    const later = planScheduleChanges(desiredOf(env).map(asRow), desiredOf(env, "2027-03-01T12:34:56Z"), CATALOGUE);
    expect(later).toMatchObject({ added: [], changed: [], removed: [] });
    expect(later.unchanged).toHaveLength(ENTRIES);
  });

  it("restarts the clock of a changed trigger and of nothing else", () => {
    const { changed, unchanged } = plan({}, { OMNITRON_ORDERS_SCHEDULE: "60*5" });
    expect(changed).toMatchObject([
      { restartsClock: true, after: { key: "get-omnitron-orders-cron", trigger: { everyMs: 300_000 } } },
    ]);
    expect(unchanged).toHaveLength(ENTRIES - 1);
  });

  it("counts a changed time zone as a changed trigger", () => {
    expect(plan({}, { DB_MAINTENANCE_TIMEZONE: "Europe/Amsterdam" }).changed).toMatchObject([{ restartsClock: true }]);
  });

  it("restarts the clock when a schedule is switched on again, and leaves it when it is switched off", () => {
    expect(plan({ OMNITRON_ORDERS: "false" }, {}).changed).toMatchObject([{ restartsClock: true }]);
    expect(plan({}, { OMNITRON_ORDERS: "off" }).changed).toMatchObject([
      { restartsClock: false, after: { enabled: false } },
    ]);
  });

  it("removes ENV rows that left the catalogue, once, and never touches API rows", () => {
    const [first] = desiredOf({}).map(asRow);
    const gone = { ...first!, key: "gone" };
    const existing = [
      gone,
      { ...gone, key: "made-by-hand", source: "API" as const },
      { ...gone, key: "gone-before", enabled: false },
    ];
    expect(planScheduleChanges(existing, [], CATALOGUE).removed.map(({ key }) => key)).toEqual(["gone"]);
  });

  it("does not take an entry of a newer catalogue for one that left: it is only not known here", () => {
    const ours = { ...desiredOf({}).map(asRow)[0]!, key: "gone" };
    const theirs = { ...ours, key: "new-there", catalogueVersion: CATALOGUE + 1 };
    expect(planScheduleChanges([ours, theirs], [], CATALOGUE).removed.map(({ key }) => key)).toEqual(["gone"]);
    expect(planScheduleChanges([ours, theirs], [], CATALOGUE + 1).removed).toHaveLength(2);
  });
});
