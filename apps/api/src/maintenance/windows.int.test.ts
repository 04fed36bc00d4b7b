import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { HOUR_MS } from "@drumline/core/clock";

import { type SchedulesUnderTest, schedulesUnderTest } from "../../test/schedules-under-test.ts";

describe("/api/v1/maintenance-windows", () => {
  let api: SchedulesUnderTest;
  beforeAll(async () => {
    api = await schedulesUnderTest();
    await api.create("held");
  });
  afterAll(() => api.close());

  const at = (ms: number) => new Date(api.clock.now().getTime() + ms).toISOString();
  const send = async (path: string, body: object, method = "POST") =>
    api.send(method, `/api/v1/maintenance-windows${path}`, body);

  it("makes, shows, changes, ends and closes a window, with who and why", async () => {
    const made = await send("", { name: "upgrade", reason: "PostgreSQL 18", endsAt: at(HOUR_MS), schedules: ["held"] });
    expect(made.status).toBe(201);
    const { id } = made.json();
    expect(made.json()).toMatchObject({
      state: "IN_FORCE",
      inForceUntil: at(HOUR_MS),
      schedules: ["held"],
      queues: [],
    });
    const health = (await api.ask("/health/ready")).json();
    expect(health.warnings).toContainEqual({
      code: "MAINTENANCE",
      message: expect.stringContaining("of 1 schedules wait until"),
    });
    expect(health.reasons.map(({ code }: { code: string }) => code)).not.toContain("MAINTENANCE");
    const stale = await send(`/${id}`, { why: "longer", version: 7, endsAt: at(2 * HOUR_MS) }, "PATCH");
    expect([stale.status, stale.json().currentVersion]).toEqual([409, 1]);
    const longer = await send(`/${id}`, { why: "longer", version: 1, endsAt: at(2 * HOUR_MS) }, "PATCH");
    expect(longer.json()).toMatchObject({ inForceUntil: at(2 * HOUR_MS), version: 2 });
    expect((await send(`/${id}/end`, { why: "done" })).json()).toMatchObject({ state: "OVER", inForceUntil: null });
    expect((await send(`/${id}/end`, { why: "again" })).status).toBe(409);
    const closed = (await send(`/${id}/close`, { why: "no more" })).json();
    expect(closed.changes.map(({ action, why }: { action: string; why: string }) => [action, why])).toEqual([
      ["CLOSE", "no more"],
      ["END", "done"],
      ["UPDATE", "longer"],
      ["CREATE", "PostgreSQL 18"],
    ]);
    const history = (await api.ask(`/api/v1/maintenance-periods?window=${id}`)).json().items;
    expect(history).toEqual([expect.objectContaining({ name: "upgrade", endedReason: "done" })]);
    expect((await api.ask("/api/v1/maintenance-windows?open=true")).json().items).toEqual([]);
    expect((await api.ask("/api/v1/maintenance-windows")).json().items).toHaveLength(1);
  });

  it("plans a recurring one", async () => {
    const body = { name: "nightly", reason: "back-up", crontab: "30,2,*,*,*", durationMs: HOUR_MS, queues: ["oms"] };
    expect((await send("", body)).json()).toMatchObject({ state: "PLANNED", crontab: "30 2 * * *", timezone: "UTC" });
  });

  it.each([
    [{ crontab: "0 25 * * *", durationMs: HOUR_MS }, "body.crontab"],
    [{ crontab: "0 * * * *", durationMs: HOUR_MS }, "body.durationMs"],
    [{ endsAt: "2020-01-01T00:00:00Z" }, "body.endsAt"],
    [{ endsAt: "2020-01-01T00:00:00Z", schedules: ["nobody"] }, "body.schedules"],
  ])("refuses %j and names the field", async (more, where) => {
    const refused = await send("", { name: "wrong", reason: "a test", ...more });
    expect([refused.status, refused.json().errors[0].where]).toEqual([422, where]);
  });

  it("knows no other", async () => {
    const nobody = "/00000000-0000-4000-8000-000000000000";
    expect((await api.ask(`/api/v1/maintenance-windows${nobody}`)).status).toBe(404);
    expect((await send(`${nobody}/end`, { why: "a test" })).status).toBe(404);
  });
});
