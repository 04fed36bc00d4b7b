import { systemClock } from "@drumline/core/clock";
import { type Sandbox, startSandbox, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { seedUserAudit } from "./seed-user-audit.ts";

describe("the users of the demonstration", () => {
  let database: TestDatabase;
  let sandbox: Sandbox;
  beforeAll(async () => {
    [database, sandbox] = await Promise.all([testDatabase(), startSandbox()]);
  });
  afterAll(() => Promise.all([database.close(), sandbox.close()]));

  it("come with schedules for every audit, and only once", async () => {
    const { db } = database;
    expect(await seedUserAudit(db, systemClock, sandbox.url)).toBe(true);
    expect(await db.platformUser.count()).toBeGreaterThan(200);
    expect(await db.schedule.count()).toBe(7);
    await db.schedule.updateMany({ where: { key: "perform-user-audit" }, data: { enabled: false } });
    expect(await seedUserAudit(db, systemClock, sandbox.url)).toBe(false);
    expect(await db.schedule.count({ where: { enabled: true } })).toBe(6);
  });
});
