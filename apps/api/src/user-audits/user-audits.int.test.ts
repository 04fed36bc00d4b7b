import { createToken } from "@drumline/engine";
import { createFinding } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";

const PATH = "/api/v1/user-audits";
const LONG_AGO = new Date("2024-01-01T00:00:00Z");

describe("user audits over HTTP", () => {
  let api: ApiUnderTest;
  let operator: string;
  let viewer: string;
  beforeAll(async () => {
    api = await apiUnderTest();
    operator = await createToken(api.db, "Olga", "operator");
    viewer = await createToken(api.db, "Vera", "viewer");
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    await api.db
      .$executeRaw`TRUNCATE user_audit, user_audit_change, user_audit_cycle, state_transition_log RESTART IDENTITY`;
  });

  const putFinding = async (username: string, changes: object = {}): Promise<string> =>
    String(await createFinding(api.db, username, { email: `${username}@example.com`, ...changes }));
  const names = async (query: string) =>
    (await api.ask(`${PATH}?${query}`)).json().items.map(({ username }: { username: string }) => username);
  const choose = (id: string, body: object, token = operator) => api.send("PATCH", `${PATH}/${id}`, body, token);

  it("filters and pages, newest first", async () => {
    await putFinding("ann");
    await putFinding("ben_x", { platform: "US", cycleId: 2n });
    await putFinding("benyx", { closedAt: LONG_AGO });
    await putFinding("cleo", { auditType: "UserNotLoggedInPlatform", action: "REMINDER_SENT", actionStatus: "DONE" });
    expect(await names("")).toEqual(["cleo", "benyx", "ben_x", "ann"]);
    expect(await names("platform=US")).toEqual(["ben_x"]);
    expect(await names("state=open&auditType=UserNoLongerInPlatform")).toEqual(["ben_x", "ann"]);
    expect(await names("state=closed")).toEqual(["benyx"]);
    expect(await names("actionStatus=DONE&action=REMINDER_SENT")).toEqual(["cleo"]);
    expect(await names("cycleId=2")).toEqual(["ben_x"]);
    expect(await names("q=BEN_")).toEqual(["ben_x"]);
    expect(await names(`q=${encodeURIComponent("' OR 1=1 --")}`)).toEqual([]);
    const first = (await api.ask(`${PATH}?limit=3`)).json();
    expect(first.items).toHaveLength(3);
    expect(await names(`limit=3&cursor=${first.nextCursor}`)).toEqual(["ann"]);
  });

  it.each([
    "platform=x".padEnd(60, "x"),
    "action=EXPLODE",
    "cursor=1%20OR%201",
    "limit=0",
    "limit=501",
    "nonsense=1",
    "state=ajar",
  ])("answers 400 to ?%s", async (query) => {
    const answer = await api.ask(`${PATH}?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({
      type: "about:blank",
      errors: [{ where: expect.stringContaining("querystring") }],
    });
  });

  it("sets an action, and keeps who chose what", async () => {
    const id = await putFinding("ann");
    const answer = await choose(id, { action: "DISABLE_IN_AWS", version: 1 });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      action: "DISABLE_IN_AWS",
      actionStatus: "PENDING",
      actionSetBy: "Olga",
      version: 2,
    });
    await choose(id, { action: "NONE" });
    expect((await api.ask(`${PATH}/${id}`)).json()).toMatchObject({
      action: "NONE",
      actionStatus: "NONE",
      history: [
        { what: "CHOSEN", action: "DISABLE_IN_AWS", by: "Olga" },
        { what: "CHOSEN", action: "NONE", by: "Olga" },
      ],
    });
  });

  it("takes the same choice twice for one decision, and for a second one when the first is performed", async () => {
    const id = await putFinding("ann");
    await choose(id, { action: "DISABLE_IN_AWS" });
    await choose(id, { action: "DISABLE_IN_AWS" });
    expect(await api.db.userAudit.findFirst()).toMatchObject({ decisionNo: 1, version: 2 });
    await api.db.userAudit.updateMany({ data: { actionStatus: "FAILED", result: "away" } });
    await choose(id, { action: "DISABLE_IN_AWS" });
    expect(await api.db.userAudit.findFirst()).toMatchObject({ decisionNo: 2, actionStatus: "PENDING", result: null });
  });

  it.each<[string, object, object, number, string]>([
    ["another version", {}, { action: "DELETE_FROM_AWS", version: 9 }, 409, "CHANGED"],
    ["a closed finding", { closedAt: LONG_AGO }, { action: "DELETE_FROM_AWS" }, 409, "CLOSED"],
    [
      "one that is being performed",
      { action: "DELETE_FROM_AWS", actionStatus: "IN_PROGRESS" },
      { action: "NONE" },
      409,
      "IN_PROGRESS",
    ],
    ["a reminder that is not due", {}, { action: "REMINDER_SENT" }, 422, "NOT_ABOUT_LOGIN"],
  ])("refuses to change %s", async (_, facts, body, status, code) => {
    const answer = await choose(await putFinding("ann", facts), body);
    expect([answer.status, answer.json().code]).toEqual([status, code]);
    expect(await api.db.userAuditChange.count()).toBe(0);
  });

  it("lets a closed finding's user be enabled again", async () => {
    const id = await putFinding("ann", { closedAt: LONG_AGO });
    expect((await choose(id, { action: "ENABLE_IN_AWS" })).status).toBe(200);
  });

  it("sets many at once, each for itself", async () => {
    const ids = [await putFinding("ann"), await putFinding("ben", { closedAt: LONG_AGO }), await putFinding("cleo")];
    const answer = await api.send("PATCH", PATH, { ids: [...ids, "999", ids[0]], action: "DELETE_FROM_AWS" }, operator);
    expect(answer.json()).toMatchObject({
      set: 2,
      items: [{ outcome: "SET" }, { outcome: "CLOSED" }, { outcome: "SET" }, { id: "999", outcome: "NOT_FOUND" }],
    });
    expect(await api.db.userAuditChange.count()).toBe(2);
  });

  it("sets of many those that are as they were looked at, where the versions are told", async () => {
    const [seen, changed] = [await putFinding("ann"), await putFinding("ben", { version: 4 })];
    const versions = { [seen]: 1, [changed]: 3 };
    const answer = await api.send("PATCH", PATH, { ids: [seen, changed], action: "DISABLE_IN_AWS", versions });
    expect(answer.json()).toMatchObject({
      set: 1,
      items: [
        { id: seen, outcome: "SET" },
        { id: changed, outcome: "CHANGED", problem: expect.stringContaining("Read it again") },
      ],
    });
    expect(await api.db.userAudit.findFirst({ where: { username: "ben" } })).toMatchObject({
      action: "NONE",
      version: 4,
    });
  });

  it("lets one of two people who choose at once win, where both say what they saw", async () => {
    const id = await putFinding("ann");
    const answers = await Promise.all(
      ["DISABLE_IN_AWS", "DELETE_FROM_AWS"].map((action) => choose(id, { action, version: 1 })),
    );
    expect(answers.map(({ status }) => status).sort((one, other) => one - other)).toEqual([200, 409]);
    expect(await api.db.userAuditChange.count()).toBe(1);
  });

  it.each([
    ["an unknown action", "1", { action: "EXPLODE" }, 400],
    ["an unknown field", "1", { action: "NONE", by: "eve" }, 400],
    ["no action", "1", {}, 400],
    ["an id that is no number", "1%20OR%201=1", { action: "NONE" }, 400],
    ["a finding that is not there", "1", { action: "NONE" }, 404],
  ])("answers to %s", async (_, id, body, status) => {
    expect((await choose(id, body)).status).toBe(status);
  });

  it("takes more than a viewer to choose, and anybody with a token to look", async () => {
    const id = await putFinding("ann");
    expect((await choose(id, { action: "DISABLE_IN_AWS" }, viewer)).status).toBe(403);
    expect((await api.send("PATCH", PATH, { ids: [id], action: "NONE" }, viewer)).status).toBe(403);
    expect((await api.send("GET", PATH, undefined, viewer)).status).toBe(200);
  });

  it("lists cycles, and lets an operator confirm one that is held, once", async () => {
    const cycle = {
      auditType: "UserNoLongerInPlatform",
      platform: "EU",
      listed: 5,
      ofPlatform: 5,
      inView: 5,
      startedAt: LONG_AGO,
      completedAt: LONG_AGO,
    } as const;
    await api.db.userAuditCycle.create({
      data: { ...cycle, status: "COMPLETE", runId: "00000000-0000-4000-8000-000000000001" },
    });
    await api.db.userAuditCycle.create({
      data: { ...cycle, status: "HELD", heldReason: "5 of 10", runId: "00000000-0000-4000-8000-000000000002" },
    });
    const confirm = (token: string) => api.send("POST", `${PATH}/cycles/2/confirm`, undefined, token);
    expect((await confirm(viewer)).status).toBe(403);
    const seen = (version: number) => api.send("POST", `${PATH}/cycles/2/confirm`, { version }, operator);
    expect((await seen(2)).json()).toMatchObject({ status: 409, code: "CYCLE_CHANGED", currentVersion: 1 });
    expect((await seen(1)).status).toBe(204);
    expect((await confirm(operator)).status).toBe(409);
    expect((await seen(1)).json()).toMatchObject({ status: 409, currentVersion: 2 });
    expect((await api.ask(`${PATH}/cycles?status=CONFIRMED`)).json().items).toMatchObject([
      { id: "2", confirmedBy: "Olga", heldReason: "5 of 10", version: 2 },
    ]);
  });
});
