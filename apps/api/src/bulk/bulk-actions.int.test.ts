import { randomUUID } from "node:crypto";

import { HOUR_MS } from "@drumline/core/clock";
import { createToken } from "@drumline/engine";
import { createFinding, untilTrue } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";
import { insertRun, insertSchedule } from "../../test/ledger-rows.ts";

describe("bulk actions", () => {
  let api: ApiUnderTest;
  const tokens = { viewer: "", operator: "" };
  beforeAll(async () => {
    api = await apiUnderTest({ deduplicate: false });
    for (const role of ["viewer", "operator"] as const) tokens[role] = await createToken(api.db, role, role);
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    api.clock.set(new Date());
    await api.db.$executeRaw`TRUNCATE run, schedule, schedule_change, bulk_action, audit_event CASCADE`;
  });

  const post = (body: object, token?: string) => api.send("POST", "/api/v1/bulk-actions", body, token);
  const ended = async (body: object, token?: string) => {
    const asked = await post(body, token);
    expect([asked.status, asked.status === 202 ? null : asked.body]).toEqual([202, null]);
    const { id } = asked.json();
    const read = async () => (await api.ask(`/api/v1/bulk-actions/${id}`)).json();
    await untilTrue(async () => (await read()).finishedAt !== null, { what: "the bulk action has ended" });
    return await read();
  };
  const rowsOf = async (id: string) => (await api.ask(`/api/v1/bulk-actions/${id}/rows`)).json().items;
  const failedRuns = async (count: number, task?: string) => {
    const ids: string[] = [];
    const createdAt = new Date(api.clock.now().getTime() - HOUR_MS / 2);
    for (let no = 0; no < count; no += 1)
      ids.push(await insertRun(api.db, { status: "FAILED", createdAt, ...(task === undefined ? {} : { task }) }));
    return ids;
  };

  it("starts again all runs of a filter, each once, and leaves the others", async () => {
    const failed = await failedRuns(3);
    await insertRun(api.db, { status: "FINISHED", createdAt: new Date() });
    const unknown = await failedRuns(1, "no.such.task");
    const body = { action: "runs.retry", filter: { status: "FAILED", from: "1h" } };
    expect((await post({ ...body, dryRun: true })).json()).toEqual({ matched: 4, hasMore: false, can: 4, cannot: [] });
    expect(await api.db.bulkAction.count()).toBe(0);
    const action = await ended(body, tokens.operator);
    expect(action).toMatchObject({
      state: "DONE",
      matched: 4,
      done: 3,
      skipped: 1,
      failed: 0,
      requestedBy: "operator",
      undo: null,
    });
    const rows = await rowsOf(action.id);
    expect(rows.map(({ rowId }: { rowId: string }) => rowId)).toEqual([...failed, ...unknown].sort());
    const started = await api.db.run.findMany({ where: { origin: "MANUAL" } });
    expect(started.map(({ id }) => id).sort()).toEqual(
      rows.flatMap(({ result }: { result: string | null }) => result ?? []).sort(),
    );
    expect(started.every(({ requestedBy, status }) => requestedBy === "operator" && status === "SCHEDULED")).toBe(true);
    expect(await api.db.auditEvent.count({ where: { entityType: "bulk_action", entityId: action.id } })).toBe(1);
  });

  it("freezes what is relative: the filter has instants, and what comes later is none of it", async () => {
    await failedRuns(1);
    const now = api.clock.now();
    const { filter } = await ended({ action: "runs.retry", filter: { status: "FAILED", from: "1h" } });
    expect(filter).toEqual({
      status: "FAILED",
      from: new Date(now.getTime() - HOUR_MS).toISOString(),
      to: now.toISOString(),
    });
  });

  it("says of each run why it was not cancelled, before and after", async () => {
    const open = await insertRun(api.db, { status: "SCHEDULED", createdAt: new Date() });
    const over = await insertRun(api.db, { status: "FINISHED", createdAt: new Date() });
    const body = { action: "runs.cancel", ids: [open, over] };
    expect((await post({ ...body, dryRun: true })).json()).toMatchObject({
      matched: 2,
      can: 1,
      cannot: [{ reason: "has ended: FINISHED", count: 1 }],
    });
    const action = await ended(body);
    expect(action).toMatchObject({ done: 1, skipped: 1 });
    expect(await api.db.run.findUniqueOrThrow({ where: { id: open } })).toMatchObject({ status: "CANCELLED" });
    expect(await api.db.run.findUniqueOrThrow({ where: { id: over } })).toMatchObject({ status: "FINISHED" });
    expect(await rowsOf(action.id)).toContainEqual({
      rowId: over,
      outcome: "SKIPPED",
      reason: "has ended, or is not there",
      result: null,
    });
  });

  it("pauses what a filter has with its reason, and takes it back by what it answered", async () => {
    for (const key of ["carrier-a", "carrier-b", "other"]) await insertSchedule(api.db, key, new Date());
    await api.send("POST", "/api/v1/schedules/carrier-b/pause", { reason: "before" });
    const body = { action: "schedules.pause", filter: { q: "carrier" }, params: { reason: "carrier is down" } };
    const paused = await ended(body);
    expect(paused).toMatchObject({ matched: 2, done: 1, skipped: 1 });
    const reasons = async () =>
      (await api.db.schedule.findMany({ orderBy: { key: "asc" } })).map(({ pausedReason }) => pausedReason);
    expect(await reasons()).toEqual(["carrier is down", "before", null]);
    const undone = await ended(paused.undo);
    expect(undone).toMatchObject({ matched: 1, done: 1 });
    expect(await reasons()).toEqual([null, "before", null]);
    const changes = await api.db.scheduleChange.findMany({
      where: { schedule: { key: "carrier-a" } },
      orderBy: { id: "asc" },
    });
    expect(changes.map(({ action }) => action)).toEqual(["PAUSE", "RESUME"]);
  });

  it("switches off what may be, for admins", async () => {
    const id = await insertSchedule(api.db, "made", new Date());
    await api.db.schedule.update({ where: { id }, data: { source: "API" } });
    await insertSchedule(api.db, "made-by-env", new Date());
    const body = { action: "schedules.disable", filter: { q: "made" } };
    expect((await post(body, tokens.operator)).status).toBe(403);
    expect((await post({ ...body, dryRun: true })).json()).toMatchObject({ can: 1, cannot: [{ count: 1 }] });
    expect(await ended(body)).toMatchObject({ done: 1, skipped: 1, undo: { action: "schedules.enable" } });
    expect((await api.db.schedule.findUniqueOrThrow({ where: { id } })).enabled).toBe(false);
  });

  it.each([
    [{ action: "runs.retry", filter: {} }, "body.filter"],
    [{ action: "runs.retry", filter: { by: "finished" } }, "body.filter"],
    [{ action: "runs.retry", filter: { statu: "FAILED" } }, "body.filter"],
    [{ action: "runs.retry", filter: { status: "NONE" } }, "body.filter.status"],
    [{ action: "runs.retry" }, "body"],
    [{ action: "runs.retry", filter: { status: "FAILED" }, ids: ["x"] }, "body"],
    [{ action: "runs.retry", ids: ["1"] }, "body.ids"],
    [{ action: "runs.purge", filter: { status: "FAILED" } }, "body.action"],
    [{ action: "schedules.pause", filter: { q: "x" } }, "body.params.reason"],
  ])("refuses %j", async (body, where) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.json().errors).toMatchObject([{ where }]);
    expect(await api.db.bulkAction.count()).toBe(0);
  });

  it("is one action for a request that is sent twice, and none for a viewer", async () => {
    await failedRuns(1);
    const body = JSON.stringify({ action: "runs.retry", filter: { status: "FAILED" } });
    const init = { method: "POST", body, headers: { "content-type": "application/json", "idempotency-key": "k1" } };
    const [first, second] = [await api.ask("/api/v1/bulk-actions", init), await api.ask("/api/v1/bulk-actions", init)];
    expect([first.status, second.json().id]).toEqual([202, first.json().id]);
    expect(await api.db.bulkAction.count()).toBe(1);
    expect((await post({ action: "runs.retry", filter: { status: "FAILED" } }, tokens.viewer)).status).toBe(403);
  });

  it("decides findings, and asks of tasks and payments that there are", async () => {
    for (const action of ["integration.tasks.retry", "integration.tasks.skip"])
      expect(await ended({ action, ids: ["999"] })).toMatchObject({ matched: 1, skipped: 1 });
    const id = await createFinding(api.db, "ada", { auditType: "UserNotLoggedInPlatform", platform: "US" });
    const body = { action: "user-audits.decide", filter: { q: "ada" }, params: { action: "REMINDER_SENT" } };
    expect(await ended(body)).toMatchObject({ matched: 1, done: 1 });
    expect(await api.db.userAudit.findUniqueOrThrow({ where: { id } })).toMatchObject({
      action: "REMINDER_SENT",
      actionSetBy: "API_ADMIN_TOKEN",
    });
    expect(await ended({ action: "shop.payments.ask", ids: [randomUUID()] })).toMatchObject({ matched: 1, skipped: 1 });
  });
});
