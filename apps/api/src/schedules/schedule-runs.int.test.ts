import { createToken } from "@drumline/engine";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { insertRun } from "../../test/ledger-rows.ts";
import { type SchedulesUnderTest, schedulesUnderTest } from "../../test/schedules-under-test.ts";

describe("schedules by hand", () => {
  let api: SchedulesUnderTest;
  beforeAll(async () => void (api = await schedulesUnderTest()));
  afterAll(() => api.close());

  describe("running", () => {
    it("starts a run with the schedule's own arguments and policies, in the name of who asked", async () => {
      const secret = await createToken(api.db, "Grace", "operator");
      const wish = { task: "UserNotLoggedInPlatform", args: { platform: "EU" }, retries: 1, recordLimit: 9 };
      const { id } = await api.create("by-hand", { ...wish, enabled: false, timeoutMs: 5_000 });
      const response = await api.send("POST", "/api/v1/schedules/by-hand/run", undefined, secret);
      expect(response.status).toBe(202);
      const { runId, started } = response.json();
      expect([started, response.headers["location"]]).toEqual([true, `/api/v1/runs/${runId}`]);
      expect(await api.db.run.findUnique({ where: { id: runId } })).toMatchObject({
        scheduleId: id,
        origin: "MANUAL",
        status: "SCHEDULED",
        args: { platform: "EU" },
        maxAttempts: 2,
        recordLimit: 9,
        timeoutMs: 5_000n,
        dueAt: null,
        dryRun: false,
        requestedBy: "Grace",
      });
      expect((await api.ask(`/api/v1/schedules/by-hand`)).json()).toMatchObject({ version: 1, enabled: false });

      const again = await api.send("POST", "/api/v1/schedules/by-hand/run");
      expect([again.status, again.json()]).toEqual([200, { runId, started: false }]);

      const dry = await api.send("POST", "/api/v1/schedules/by-hand/dry-run", { limit: 3 });
      expect(dry.status).toBe(202);
      expect((await api.ask(`/api/v1/runs/${dry.json().runId}`)).json()).toMatchObject({ dryRun: true });
    });

    it("starts nothing of a version that somebody has changed, where the caller names the one it saw", async () => {
      await api.create("seen", { crontab: undefined, everySeconds: 60 });
      const range = { from: api.clock.now().toISOString(), to: api.clock.now().toISOString() };
      await api.send("PATCH", "/api/v1/schedules/seen", { version: 1, recordLimit: 5 });
      for (const [word, body] of [
        ["run", {}],
        ["dry-run", {}],
        ["backfill", range],
      ] as const) {
        const refused = await api.send("POST", `/api/v1/schedules/seen/${word}`, { ...body, version: 1 });
        expect([refused.status, refused.json()]).toEqual([
          409,
          expect.objectContaining({ code: "SCHEDULE_CHANGED", currentVersion: 2 }),
        ]);
        const taken = await api.send("POST", `/api/v1/schedules/seen/${word}`, { ...body, version: 2 });
        expect(taken.status).toBe(202);
      }
      expect(await api.db.run.count({ where: { schedule: { key: "seen" } } })).toBe(2);
    });

    it("cancels a run that waits at once, tells one that is under way, and neither twice", async () => {
      const { id } = await api.create("cancelled");
      const { runId } = (await api.send("POST", "/api/v1/schedules/cancelled/run")).json();
      const { version } = (await api.ask(`/api/v1/runs/${runId}`)).json();
      const stale = await api.send("POST", `/api/v1/runs/${runId}/cancel`, { version: version + 1 });
      expect(stale.json()).toMatchObject({ status: 409, code: "RUN_CHANGED", currentVersion: version });
      const response = await api.send("POST", `/api/v1/runs/${runId}/cancel`, { version });
      expect([response.status, response.json()]).toEqual([202, { ended: 1, told: 0 }]);
      expect((await api.ask(`/api/v1/runs/${runId}`)).json()).toMatchObject({
        status: "CANCELLED",
        reasonCode: "CANCELLED",
        reason: "cancelling was asked for by API_ADMIN_TOKEN",
      });
      expect((await api.send("POST", `/api/v1/runs/${runId}/cancel`)).status).toBe(409);

      const working = await insertRun(api.db, { status: "FINISHED", createdAt: api.clock.now(), scheduleId: id });
      await api.db.run.update({ where: { id: working }, data: { status: "PROCESSING" } });
      expect((await api.send("POST", `/api/v1/runs/${working}/cancel`)).json()).toEqual({ ended: 0, told: 1 });
      expect(await api.db.run.findUnique({ where: { id: working } })).toMatchObject({
        status: "PROCESSING",
        cancelRequestedAt: expect.any(Date),
      });
    });
  });

  describe("backfilling", () => {
    const range = { from: "2026-01-10T00:00:00+01:00", to: "2026-01-12T23:00:00Z" };

    it("creates a run for each occurrence of a range, once, in the name of who asked", async () => {
      const secret = await createToken(api.db, "Edith", "operator");
      const { id } = await api.create("backfilled");
      const dry = await api.send("POST", "/api/v1/schedules/backfilled/backfill", { ...range, dryRun: true, max: 2 });
      expect([dry.status, dry.json()]).toMatchObject([
        200,
        {
          schedule: "backfilled",
          runs: [
            { dueAt: "2026-01-10T03:00:00.000Z", runId: null },
            { dueAt: "2026-01-11T03:00:00.000Z", runId: null },
          ],
          nextFrom: "2026-01-12T03:00:00.000Z",
        },
      ]);
      expect(await api.db.run.count({ where: { scheduleId: id } })).toBe(0);

      const done = await api.send("POST", "/api/v1/schedules/backfilled/backfill", range, secret);
      expect([done.status, done.json()]).toMatchObject([202, { finished: 0, open: 0, nextFrom: null }]);
      const runs: { dueAt: string; runId: string }[] = done.json().runs;
      expect(runs).toHaveLength(3);
      expect((await api.ask(`/api/v1/runs/${runs[0]!.runId}`)).json()).toMatchObject({
        origin: "BACKFILL",
        dueAt: "2026-01-10T03:00:00.000Z",
        status: "SCHEDULED",
      });
      expect(await api.db.run.count({ where: { scheduleId: id, requestedBy: "Edith" } })).toBe(3);
      const again = await api.send("POST", "/api/v1/schedules/backfilled/backfill", range);
      expect(again.json()).toMatchObject({ runs: [], open: 3 });
    });

    it.each([
      [{ from: "2026-01-12T00:00:00Z", to: "2026-01-10T00:00:00Z" }, 422],
      [{ from: "2026-01-12T00:00:00Z", to: "2999-01-10T00:00:00Z" }, 422],
      [{ from: "2026-01-12", to: "2026-01-13" }, 400],
      [{ from: "0000-01-01T00:00:00Z", to: "2026-01-13T00:00:00Z" }, 400],
      [{ ...range, max: 0 }, 400],
    ])("refuses %j with %d and changes nothing", async (body, status) => {
      const { key } = await api.create(`refused-${Math.random()}`);
      expect((await api.send("POST", `/api/v1/schedules/${key}/backfill`, body)).status).toBe(status);
      expect((await api.send("POST", "/api/v1/schedules/none/backfill", range)).status).toBe(404);
    });

    it("is not for those who only look", async () => {
      const secret = await createToken(api.db, "Vera", "viewer");
      expect((await api.send("POST", "/api/v1/schedules/backfilled/backfill", range, secret)).status).toBe(403);
    });
  });
});
