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

    it("cancels a run that waits at once, tells one that is under way, and neither twice", async () => {
      const { id } = await api.create("cancelled");
      const { runId } = (await api.send("POST", "/api/v1/schedules/cancelled/run")).json();
      const response = await api.send("POST", `/api/v1/runs/${runId}/cancel`);
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
});
