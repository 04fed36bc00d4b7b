import { systemClock } from "@drumline/core/clock";
import { type Sandbox, startSandbox, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { seedPartners, seedUserAudit } from "./seed-demo.ts";

describe("the vendors, clients and watched APIs of the demonstration", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.close());

  it("come with schedules, only once, and follow the sandbox to another port", async () => {
    const { db } = database;
    expect(await seedPartners(db, systemClock, "http://127.0.0.1:4010")).toBe(true);
    const counts = async () => [
      await db.ecomnowVendor.count(),
      await db.ecomnowCustomerIntegration.count(),
      await db.ecomnowCustomerIntegrationEndpoint.count(),
      await db.apiStatus.count(),
      await db.schedule.count(),
    ];
    expect(await counts()).toEqual([2, 4, 15, 3, 7]);
    await db.ecomnowCustomerIntegration.update({
      where: { code: "acme" },
      data: { baseUrl: "https://acme.example", isActive: false },
    });
    expect(await seedPartners(db, systemClock, "http://127.0.0.1:5050")).toBe(false);
    expect(await counts()).toEqual([2, 4, 15, 3, 7]);
    const clients = await db.ecomnowCustomerIntegration.findMany({ orderBy: { code: "asc" } });
    expect(clients.map(({ baseUrl, isActive }) => [baseUrl, isActive])).toEqual([
      ["https://acme.example", false],
      ["http://127.0.0.1:5050/boxout/v1", true],
      ["http://127.0.0.1:5050/clients/globex", true],
      ["http://127.0.0.1:5050/clients/initech", true],
    ]);
    const feeds = await db.ecomnowVendor.findMany({ orderBy: { code: "asc" } });
    expect(feeds.map(({ feedUrl, categoryUrl }) => [feedUrl, categoryUrl])).toEqual([
      ["http://127.0.0.1:5050/vendors/north/feed.csv", "http://127.0.0.1:5050/vendors/north/categories"],
      ["http://127.0.0.1:5050/vendors/south/stock.jsonl", null],
    ]);
  });

  it("hold no secret, only where to find it", async () => {
    const clients = await database.db.ecomnowCustomerIntegration.findMany();
    expect(new Set(clients.map(({ authSecret }) => authSecret))).toEqual(new Set(["env:ECOMNOW_SECRET_SANDBOX"]));
  });
});

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
