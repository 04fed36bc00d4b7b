import { Cancel, Snooze } from "@drumline/core/task";
import { AuthenticationRefused, RateLimited, Unavailable, UnusableAnswer } from "@drumline/outbound/http";
import { describe, expect, it } from "@jest/globals";

import { chooseActions } from "../src/user-audit/choose-actions.ts";
import { putPlatformUsers } from "./audited-users.ts";
import { useUserAudit } from "./user-audit-under-test.ts";

const SITE = { system: "AWS", method: "Call", url: "pool" };

describe("performing what people chose while something fails", () => {
  const audited = useUserAudit();
  const shown = () => audited.db.problem.findMany({ orderBy: { subjectKey: "asc" } });
  const { aws, choose, findings, perform, startPerforming } = audited;

  it("goes on with the others when one fails", async () => {
    for (let no = 0; no < 7; no += 1) {
      aws.put(`user-${no}`);
      await choose({ username: `user-${no}`, action: "DELETE_FROM_AWS" });
    }
    aws.fault = (call) =>
      call === "delete user-2"
        ? new UnusableAnswer(SITE, "dislikes it")
        : call === "get user-4"
          ? new Unavailable(SITE, "hangs")
          : null;
    const { result, problems } = startPerforming();
    expect(await result).toMatchObject({ performed: 5, failed: 1, later: 1 });
    expect(problems.map(({ recordId }) => recordId).sort()).toEqual(["user_audit 3 (user-2)", "user_audit 5 (user-4)"]);
    aws.fault = null;
    expect(await perform()).toMatchObject({ performed: 1, later: 0 });
    expect((await findings()).map(({ actionStatus }) => actionStatus)).toEqual([
      "DONE",
      "DONE",
      "FAILED",
      "DONE",
      "DONE",
      "DONE",
      "DONE",
    ]);
    expect(await shown()).toMatchObject([
      {
        kind: "USER_ACTION_FAILED",
        subjectType: "user audit finding",
        subjectKey: "3",
        reason: expect.stringMatching(/^DELETE_FROM_AWS of user-2 on EU failed: .*dislikes it/),
        closedAt: null,
      },
    ]);
  });

  it("shows an action that failed until somebody chooses anew, or the finding is closed", async () => {
    for (const username of ["ann", "ben", "cleo"]) aws.put(username);
    await audited.audit();
    await audited.db.userAudit.updateMany({ data: { action: "DELETE_FROM_AWS", actionStatus: "PENDING" } });
    aws.fault = (call) => (call.startsWith("delete") ? new UnusableAnswer(SITE, "dislikes it") : null);
    await perform();
    aws.fault = null;
    const open = async () =>
      (await shown()).filter(({ closedAt }) => closedAt === null).map(({ subjectKey }) => subjectKey);
    expect(await open()).toEqual(["1", "2", "3"]);
    const choice = { by: "boss", at: new Date() };
    await chooseActions(audited.db, { ...choice, ids: [1n], action: "NONE" });
    await chooseActions(audited.db, { ...choice, ids: [2n], action: "DELETE_FROM_AWS" });
    expect(await open()).toEqual(["3"]);
    await putPlatformUsers(audited.db, [{ username: "cleo" }]);
    audited.nextDay();
    await audited.audit();
    expect(await open()).toEqual([]);
  });

  it.each([
    ["puts the run off", new RateLimited(SITE, 5_000), Snooze],
    ["ends the run", new AuthenticationRefused(SITE, 403, "Set the key."), Cancel],
    ["fails the run", new Unavailable(SITE, "is away"), Unavailable],
  ])("%s when what is wrong is wrong for all, and loses none", async (_, error, thrown) => {
    for (let no = 0; no < 20; no += 1) {
      aws.put(`user-${no}`);
      await choose({ username: `user-${no}`, action: "DELETE_FROM_AWS" });
    }
    aws.fault = () => error;
    await expect(perform()).rejects.toThrow(thrown);
    expect((await findings()).every(({ actionStatus }) => actionStatus === "PENDING")).toBe(true);
    aws.fault = null;
    expect(await perform()).toMatchObject({ performed: 20 });
    expect(aws.effects).toHaveLength(20);
  });

  it("performs in one run at a time", async () => {
    for (let no = 0; no < 10; no += 1) {
      aws.put(`user-${no}`);
      await choose({ username: `user-${no}`, action: "DISABLE_IN_AWS" });
    }
    const results = await Promise.allSettled([perform(), perform()]);
    const reasons = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    reasons.forEach((reason) => expect(reason).toBeInstanceOf(Snooze));
    expect(aws.effects).toHaveLength(10);
    expect(await perform()).toMatchObject({ performed: 0 });
  });

  it("stops when it is told to, and a later run does the rest", async () => {
    for (let no = 0; no < 20; no += 1) {
      aws.put(`user-${no}`);
      await choose({ username: `user-${no}`, action: "DELETE_FROM_AWS" });
    }
    const first = startPerforming();
    aws.fault = (call) => {
      if (call === "delete user-6") first.abort();
      return null;
    };
    await expect(first.result).rejects.toThrow("asked to stop");
    expect(aws.users.size).toBeGreaterThan(0);
    await perform();
    expect(aws.users.size).toBe(0);
    expect(new Set(aws.effects).size).toBe(20);
    expect((await findings()).every(({ actionStatus }) => actionStatus === "DONE")).toBe(true);
  });
});
