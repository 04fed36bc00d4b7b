import { randomUUID } from "node:crypto";

import { createToken } from "@drumline/engine";
import { createFinding } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";

const PATH = "/api/v1/mails";
const LONG_AGO = new Date("2024-01-01T00:00:00Z");

describe("mails over HTTP", () => {
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
    await api.db.$executeRaw`TRUNCATE mail, user_audit, state_transition_log, problem RESTART IDENTITY`;
  });

  async function putMail(data: object = {}): Promise<string> {
    const id = randomUUID();
    const mail = { key: `k/${id}`, kind: "api-status", recipient: "r@example.com", subject: "s", textBody: "t" };
    await api.db.mail.create({
      data: { id, ...mail, createdAt: LONG_AGO, status: "UNKNOWN", settledAt: LONG_AGO, ...data },
    });
    return id;
  }

  it("are listed, filtered and paged", async () => {
    const ids = [await putMail(), await putMail({ status: "SENT" }), await putMail({ kind: "user-audit-digest" })];
    const list = async (query: string) => (await api.ask(`${PATH}?${query}`)).json();
    expect((await list("")).items).toHaveLength(3);
    expect((await list("status=SENT")).items).toMatchObject([{ id: ids[1], status: "SENT", settledBy: null }]);
    expect((await list("kind=user-audit-digest&status=UNKNOWN")).items).toMatchObject([{ id: ids[2] }]);
    const first = await list("limit=2");
    const rest = await list(`limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...rest.items].map(({ id }: { id: string }) => id).sort()).toEqual(ids.sort());
    expect((await api.ask(`${PATH}?status=LOST`)).status).toBe(400);
  });

  it("of unknown outcome become sent, or are queued again, by an operator's word", async () => {
    const [sent, again] = [await putMail(), await putMail({ error: "hangs" })];
    expect(await api.send("POST", `${PATH}/${sent}/sent`, undefined, viewer)).toMatchObject({ status: 403 });
    const answer = await api.send("POST", `${PATH}/${sent}/sent`, undefined, operator);
    expect([answer.status, answer.json()]).toEqual([
      200,
      expect.objectContaining({ id: sent, status: "SENT", settledBy: "Olga" }),
    ]);
    const second = await api.send("POST", `${PATH}/${again}/not-sent`, undefined, operator);
    expect(second.json()).toMatchObject({ status: "QUEUED", settledAt: null, settledBy: "Olga" });
    expect(await api.send("POST", `${PATH}/${sent}/not-sent`, undefined, operator)).toMatchObject({ status: 409 });
    expect(await api.send("POST", `${PATH}/${randomUUID()}/sent`, undefined, operator)).toMatchObject({ status: 404 });
  });

  it("that were refused can only be sent again", async () => {
    const id = await putMail({ status: "FAILED" });
    expect(await api.send("POST", `${PATH}/${id}/sent`, undefined, operator)).toMatchObject({ status: 409 });
    expect((await api.send("POST", `${PATH}/${id}/not-sent`, undefined, operator)).json()).toMatchObject({
      status: "QUEUED",
    });
  });

  it.each([
    ["sent", "DONE", "Reminder sent, says Olga."],
    ["not-sent", "PENDING", "To be sent again, says Olga."],
  ])("take the finding of a reminder along: %s", async (path, actionStatus, result) => {
    const finding = await createFinding(api.db, "ann", {
      auditType: "UserNotLoggedInPlatform",
      action: "REMINDER_SENT",
      actionStatus: "UNKNOWN",
      decisionNo: 2,
    });
    const old = await putMail({ kind: "user-audit-reminder", key: `user-audit-reminder/${finding}/1` });
    await api.send("POST", `${PATH}/${old}/sent`, undefined, operator);
    expect(await api.db.userAudit.findFirst()).toMatchObject({ actionStatus: "UNKNOWN", version: 1 });
    const id = await putMail({ kind: "user-audit-reminder", key: `user-audit-reminder/${finding}/2` });
    await api.send("POST", `${PATH}/${id}/${path}`, undefined, operator);
    expect(await api.db.userAudit.findFirst()).toMatchObject({ actionStatus, result, version: 2 });
    expect(await api.db.stateTransitionLog.findMany()).toMatchObject([
      {
        entityType: "user_audit",
        oldState: "UNKNOWN",
        newState: actionStatus,
        command: "REMINDER_SENT",
        actor: "Olga",
      },
    ]);
  });
});
