import { createMappingRunner } from "@drumline/connectors/mapping";
import { readSettings } from "@drumline/core/config";
import { systemClock } from "@drumline/core/clock";
import { createIntegrationGateways, integrationHandlers, integrationSettings } from "@drumline/integration";
import { type Sandbox, startSandbox, startTaskRun, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { seedIntegration } from "./seed-integration.ts";

describe("the routes of the demonstration", () => {
  let database: TestDatabase;
  let sandbox: Sandbox;
  beforeAll(async () => {
    [database, sandbox] = await Promise.all([testDatabase(), startSandbox({ env: { SANDBOX_TOKEN: "key" } })]);
  });
  afterAll(() => Promise.all([database.close(), sandbox.close()]));

  it("bring two shops' orders to an ERP and a warehouse, some at once and the others by their schedules", async () => {
    const { db } = database;
    expect(await seedIntegration(db, systemClock, sandbox.url)).toBe(true);
    const mappings = createMappingRunner({ children: 1 });
    const settings = readSettings(integrationSettings, { INTEGRATION_PRIVATE_HOSTS: new URL(sandbox.url).host });
    const gateways = createIntegrationGateways(settings, { ECOMNOW_SECRET_SANDBOX: "key" }, mappings);
    try {
      for (const incoming of ["amber-orders", "cobalt-orders"])
        expect(
          await integrationHandlers["integration.tasks.run_incoming"](
            startTaskRun(db, gateways, { args: { incoming }, clock: systemClock }).context,
          ),
        ).toMatchObject({ failed: 0, rejected: 0, skipped: 0 });
      expect(await told()).toMatchObject({ erp: { count: expect.any(Number) } });
      expect(await told()).not.toHaveProperty("warehouse");
      for (const route of ["amber-pick-lists", "cobalt-to-erp"])
        expect(
          await integrationHandlers["integration.tasks.run_route"](
            startTaskRun(db, gateways, { args: { route }, clock: systemClock }).context,
          ),
        ).toMatchObject({ failed: 0 });
      const { warehouse, erp } = await told();
      expect(warehouse!.count).toBe(30);
      expect(erp!.count).toBeGreaterThan(10);
      expect(erp!.last.some(({ number }) => number.startsWith("A"))).toBe(true);
    } finally {
      mappings.close();
      gateways.http.close();
    }
  });

  it("are made once, hold no secret, and follow the sandbox to another port but for what a person has changed", async () => {
    const { db } = database;
    await db.integrationOutgoing.update({
      where: { identifier: "erp" },
      data: { target: { kind: "http", url: "https://erp.example/orders" } },
    });
    expect(await seedIntegration(db, systemClock, "http://127.0.0.1:5050")).toBe(false);
    const urls = async () => [
      ...(await db.integrationIncoming.findMany({ orderBy: { id: "asc" } })).map(({ source }) => source),
      ...(await db.integrationOutgoing.findMany({ orderBy: { id: "asc" } })).map(({ target }) => target),
    ];
    expect((await urls()).map((one) => (one as { url: string }).url)).toEqual([
      "http://127.0.0.1:5050/sites/amber/orders",
      "http://127.0.0.1:5050/sites/cobalt/orders",
      "https://erp.example/orders",
      "http://127.0.0.1:5050/warehouse/pick-lists",
    ]);
    expect([await db.integrationRoute.count(), await db.schedule.count()]).toEqual([3, 5]);
    const secrets = (await db.integrationIncoming.findMany()).map(({ authSecret }) => authSecret);
    expect(new Set(secrets)).toEqual(new Set(["env:ECOMNOW_SECRET_SANDBOX"]));
  });

  type Told = Partial<Record<"erp" | "warehouse", { count: number; last: { number: string }[] }>>;
  const told = async () => (await (await fetch(`${sandbox.url}/_sandbox/integration`)).json()) as Told;
});
