import { expect } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "./api-under-test.ts";
import { insertSchedule } from "./ledger-rows.ts";
import { scheduledTasks } from "./scheduled-tasks.ts";

export interface SchedulesUnderTest extends ApiUnderTest {
  /** Creates a nightly schedule of the test's refunds, and answers it. */
  // oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for
  create(key: string, more?: object): Promise<any>;
  /** The audit of one schedule, newest first. */
  // oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for
  changesOf(key: string): Promise<any[]>;
}

/** The api over tasks of its own, with one ENV schedule. */
export async function schedulesUnderTest(): Promise<SchedulesUnderTest> {
  const api = await apiUnderTest({ tasks: scheduledTasks });
  await insertSchedule(api.db, "get-omnitron-orders-cron", api.clock.now());
  return {
    ...api,
    create: async (key, more = {}) => {
      const response = await api.send("POST", "/api/v1/schedules", nightly(key, more));
      expect([response.status, response.body]).toEqual([201, expect.anything()]);
      return response.json();
    },
    changesOf: async (key) => (await api.ask(`/api/v1/schedule-changes?schedule=${key}`)).json().items,
  };
}

export const nightly = (key: string, more: object = {}) => ({
  key,
  task: "RefundUpdates",
  crontab: "0,3,*,*,*",
  ...more,
});
