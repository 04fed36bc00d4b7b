import { describe, expect, it } from "@jest/globals";

import { resolveEnvSchedules } from "@drumline/core/scheduling";
import { catalogue } from "@drumline/tasks";

import { dueWithin } from "./due-schedules.ts";

const anchor = new Date("2018-01-01T00:00:00Z");
const { schedules } = resolveEnvSchedules(catalogue, { DELETE_OLD_WEBHOOK_REQUEST_RECORDS: "off" });
const dueIn = (after: string, until: string) =>
  dueWithin(schedules, { anchor, after: new Date(after), until: new Date(until) });

describe("the schedules of a step", () => {
  it("fall due once each, at their last instant within it, in the order of these", () => {
    const due = dueIn("2018-01-02T00:00:00Z", "2018-01-02T06:00:00Z");
    const instants = due.map(({ schedule, dueAt }) => [schedule.key, dueAt.toISOString().slice(11, 16)]);
    expect(instants).toContainEqual(["update-tracking-informations", "02:00"]);
    expect(instants).toContainEqual(["update-tracking-informations-seven-days", "04:00"]);
    expect(instants).toContainEqual(["get-omnitron-orders-cron", "06:00"]);
    expect(due.map(({ dueAt }) => dueAt.getTime())).toEqual(
      due.map(({ dueAt }) => dueAt.getTime()).toSorted((left, right) => left - right),
    );
  });

  it("leave out what is not due in it, and what is switched off", () => {
    const keys = dueIn("2018-01-02T06:00:00Z", "2018-01-02T12:00:00Z").map(({ schedule }) => schedule.key);
    expect(keys).not.toContain("update-tracking-informations");
    expect(keys).not.toContain("db-maintenance");
    expect(keys).not.toContain("delete_old_webhook_request_records");
  });

  it("count an instant on the edge to the step that ends with it", () => {
    const keys = (after: string, until: string) => dueIn(after, until).map(({ schedule }) => schedule.key);
    expect(keys("2018-01-01T18:00:00Z", "2018-01-02T00:00:00Z")).toContain("db-maintenance");
    expect(keys("2018-01-02T00:00:00Z", "2018-01-02T06:00:00Z")).not.toContain("db-maintenance");
  });
});
