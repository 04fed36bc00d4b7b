import { randomUUID } from "node:crypto";

import { HOUR_MS } from "@drumline/core/clock";
import type { Prisma } from "@drumline/db";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { loadSwitchedOffTasks } from "./schedule-rows.sql.ts";

let database: TestDatabase;
beforeAll(async () => void (database = await testDatabase()));
afterAll(() => database.close());

const hoursFromNow = (hours: number) => new Date(Date.now() + hours * HOUR_MS);
const addSchedule = (task: string, data: Partial<Prisma.ScheduleCreateInput>) =>
  database.db.schedule.create({
    data: {
      id: randomUUID(),
      key: randomUUID(),
      source: "API",
      task,
      triggerKind: "INTERVAL",
      everyMs: 60_000n,
      timeoutMs: 1n,
      anchorAt: new Date(),
      contentHash: "",
      ...data,
    },
  });

it("calls a task switched off when it has schedules and none of them is enabled and not paused", async () => {
  await addSchedule("on", {});
  await addSchedule("off by a key", { enabled: false });
  await addSchedule("paused", { pausedAt: hoursFromNow(-1) });
  await addSchedule("paused for now", { pausedAt: hoursFromNow(-1), pausedUntil: hoursFromNow(1) });
  await addSchedule("paused once", { pausedAt: hoursFromNow(-2), pausedUntil: hoursFromNow(-1) });
  await addSchedule("on by another", { enabled: false });
  await addSchedule("on by another", {});
  await addSchedule("deleted", { enabled: false, deletedAt: new Date() });
  const tasks = ["on", "off by a key", "paused", "paused for now", "paused once", "on by another", "deleted", "none"];
  expect([...(await loadSwitchedOffTasks(database.db, tasks))].toSorted()).toEqual([
    "off by a key",
    "paused",
    "paused for now",
  ]);
});
