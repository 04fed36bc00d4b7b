import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { ADMIN_TOKEN } from "../../test/api-under-test.ts";
import { type SchedulesUnderTest, schedulesUnderTest } from "../../test/schedules-under-test.ts";

/** Alumio's guide to scheduled jobs: which fields there are, and how the identifier comes of the name. */
describe("a scheduled job", () => {
  let api: SchedulesUnderTest;
  beforeAll(async () => void (api = await schedulesUnderTest()));
  afterAll(() => api.close());

  const job = (name: unknown, more: object = {}) => ({ name, task: "RefundUpdates", crontab: "0,3,*,*,*", ...more });
  const create = async (name: string, more: object = {}) => {
    const answer = await api.send("POST", "/api/v1/schedules", job(name, more));
    expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
    return answer.json();
  };

  it("has exactly the guide's fields: name, identifier, description, disabled, job, tasks to export, expression, timezone, priority", async () => {
    const created = await create("Orders to Magento", {
      task: "UserNotLoggedInPlatform",
      args: { platform: "EU" },
      description: "Incoming orders",
      enabled: false,
      recordLimit: 100,
      timezone: "Europe/Amsterdam",
      priority: 7,
    });
    expect(created).toMatchObject({
      name: "Orders to Magento",
      key: "orders-to-magento",
      description: "Incoming orders",
      enabled: false,
      task: "UserNotLoggedInPlatform",
      args: { platform: "EU" },
      recordLimit: 100,
      crontab: "0 3 * * *",
      timezone: "Europe/Amsterdam",
      priority: 7,
    });
  });

  it("keeps its identifier when its name changes, and the audit has both names", async () => {
    const { id, version } = await create("Stock of warehouse");
    const renamed = await api.send("PATCH", `/api/v1/schedules/${id}`, { name: "Stock of Rotterdam", version });
    expect(renamed.json()).toMatchObject({
      key: "stock-of-warehouse",
      name: "Stock of Rotterdam",
      version: version + 1,
    });
    const [change] = await api.changesOf("stock-of-warehouse");
    expect([change.before.name, change.after.name]).toEqual(["Stock of warehouse", "Stock of Rotterdam"]);
    const found = (await api.ask("/api/v1/schedules?q=rotterdam")).json().items;
    expect(found.map(({ key }: { key: string }) => key)).toEqual(["stock-of-warehouse"]);
  });

  it.each([
    ["\u{1f600}\u{1f600}", "schedule"],
    ["東京", "schedule-2"],
    ["get omnitron orders cron", "get-omnitron-orders-cron-2"],
    ["x".repeat(200), "x".repeat(100)],
    [`${"x".repeat(150)} again`, `${"x".repeat(98)}-2`],
    ["0b8a3a52-7d0e-4f6f-9a70-6b5ad1f0a001 is an id", "0b8a3a52-7d0e-4f6f-9a70-6b5ad1f0a001-is-an-id"],
  ])("named %j gets the identifier %j", async (name, key) => {
    expect(await create(name)).toMatchObject({ name, key });
  });

  it.each([[undefined], [""], ["a\nb"], ["x".repeat(201)], [null]])(
    "needs a name or a key, and refuses %j",
    async (name) => {
      expect((await api.send("POST", "/api/v1/schedules", job(name))).status).toBeGreaterThanOrEqual(400);
    },
  );

  it("is named by its key where nobody names it, as those of env keys are", async () => {
    expect(await api.create("plain")).toMatchObject({ key: "plain", name: "plain" });
    const env = (await api.ask("/api/v1/schedules/get-omnitron-orders-cron")).json();
    expect(env.name).toBe("get-omnitron-orders-cron");
  });

  it("of the same name as others that come at once gets an identifier of its own", async () => {
    const created = await Promise.all(Array.from({ length: 5 }, () => create("Prices")));
    const keys = ["prices", "prices-2", "prices-3", "prices-4", "prices-5"];
    expect(new Set(created.map(({ key }) => key))).toEqual(new Set(keys));
  });

  it("is made once by a request that is sent again after a fault", async () => {
    const send = () =>
      api.ask("/api/v1/schedules", {
        method: "POST",
        headers: {
          authorization: `Bearer ${ADMIN_TOKEN}`,
          "content-type": "application/json",
          "idempotency-key": "a-job",
        },
        body: JSON.stringify(job("Sent twice")),
      });
    const first = await send();
    await api.db.idempotencyKey.updateMany({
      where: { key: "a-job" },
      data: { answerStatus: null, reservedUntil: new Date(0) },
    });
    const second = await send();
    expect([first.status, second.status, second.json().id]).toEqual([201, 201, first.json().id]);
    expect(await api.db.schedule.count({ where: { name: "Sent twice" } })).toBe(1);
  });

  it("that is run now may be given another priority and another limit than its own", async () => {
    await create("Run now", { priority: 7, recordLimit: 10 });
    const { runId } = (await api.send("POST", "/api/v1/schedules/run-now/run", { priority: 0, limit: 3 })).json();
    expect(await api.db.run.findUnique({ where: { id: runId } })).toMatchObject({ priority: 0, recordLimit: 3 });
    expect((await api.send("POST", "/api/v1/schedules/run-now/run", { priority: -1 })).status).toBe(400);
  });
});
