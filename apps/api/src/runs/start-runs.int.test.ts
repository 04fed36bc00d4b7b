import { randomUUID } from "node:crypto";

import { createToken } from "@drumline/engine";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { insertRun } from "../../test/ledger-rows.ts";
import { type SchedulesUnderTest, schedulesUnderTest } from "../../test/schedules-under-test.ts";

describe("runs that no schedule is asked for", () => {
  let api: SchedulesUnderTest;
  let operator: string;
  beforeAll(async () => {
    api = await schedulesUnderTest();
    operator = await createToken(api.db, "Grace", "operator");
  });
  afterAll(() => api.close());

  const start = (body: object) => api.send("POST", "/api/v1/runs", body, operator);

  it("starts a task without a schedule, with the arguments that were given, in the name of who asked", async () => {
    const args = { platform: "EU" };
    const response = await start({ task: "UserNotLoggedInPlatform", args, dryRun: true, limit: 7 });
    const { runId, started } = response.json();
    expect([response.status, started, response.headers["location"]]).toEqual([202, true, `/api/v1/runs/${runId}`]);
    expect(await api.db.run.findUnique({ where: { id: runId } })).toMatchObject({
      task: "UserNotLoggedInPlatform",
      scheduleId: null,
      origin: "MANUAL",
      status: "SCHEDULED",
      args,
      dryRun: true,
      recordLimit: 7,
      requestedBy: "Grace",
    });
    const again = await start({ task: "UserNotLoggedInPlatform", args, dryRun: true });
    expect([again.status, again.json()]).toEqual([200, { runId, started: false }]);
  });

  it.each([
    [
      "a task that is not there",
      { task: "UserNotLoggedInPlatfrm" },
      "body.task",
      /did you mean UserNotLoggedInPlatform/,
    ],
    ["arguments that do not fit", { task: "UserNotLoggedInPlatform", args: { platform: 5 } }, "args.platform", /./],
  ])("refuses %s, names the field, and writes nothing", async (_what, body, where, problem) => {
    const before = await api.db.run.count();
    const response = await start(body);
    expect(response.status).toBe(422);
    expect(response.json().errors[0]).toMatchObject({ where, problem: expect.stringMatching(problem) });
    expect(await api.db.run.count()).toBe(before);
  });

  it("does once more what a failed run was to do, tied to its schedule, and leaves the first as it ended", async () => {
    const wish = { task: "UserNotLoggedInPlatform", args: { platform: "US" }, retries: 1, recordLimit: 9 };
    const { id: scheduleId } = await api.create("retried", { ...wish, enabled: false, timeoutMs: 5_000 });
    const { runId } = (await api.send("POST", "/api/v1/schedules/retried/run")).json();
    const open = await api.send("POST", `/api/v1/runs/${runId}/retry`, undefined, operator);
    expect([open.status, open.json().code]).toEqual([409, "RUN_IS_OPEN"]);

    const ended = { status: "FAILED", error: "Carrier 503", finishedAt: api.clock.now(), dedupeKey: null } as const;
    await api.db.run.update({ where: { id: runId }, data: ended });
    const response = await api.send("POST", `/api/v1/runs/${runId}/retry`, undefined, operator);
    expect([response.status, response.json().started]).toEqual([202, true]);
    expect(await api.db.run.findUnique({ where: { id: response.json().runId } })).toMatchObject({
      scheduleId,
      origin: "MANUAL",
      status: "SCHEDULED",
      args: { platform: "US" },
      maxAttempts: 2,
      recordLimit: 9,
      timeoutMs: 5_000n,
      requestedBy: "Grace",
    });
    expect(await api.db.run.findUnique({ where: { id: runId } })).toMatchObject(ended);
  });

  it("refuses a chunk, a task of another version and a run that is not there", async () => {
    const createdAt = api.clock.now();
    const parentId = await insertRun(api.db, { status: "FAILED", createdAt, task: "gone" });
    const chunk = await insertRun(api.db, { status: "FAILED", createdAt, parentId, chunkNo: 1 });
    for (const [id, status, code] of [
      [chunk, 409, "RUN_IS_A_CHUNK"],
      [parentId, 409, "TASK_NOT_IMPLEMENTED"],
      [randomUUID(), 404, "NO_SUCH_RUN"],
    ] as const) {
      const response = await api.send("POST", `/api/v1/runs/${id}/retry`, undefined, operator);
      expect([response.status, response.json().code]).toEqual([status, code]);
    }
  });
});
