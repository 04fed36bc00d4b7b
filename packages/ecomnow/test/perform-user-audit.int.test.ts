import { randomUUID } from "node:crypto";

import { describe, expect, it } from "@jest/globals";

import { putPlatformUsers } from "./audited-users.ts";
import { NOON } from "./ecomnow-run.ts";
import { useUserAudit } from "./user-audit-under-test.ts";

const IDLE = "2026-01-01T00:00:00Z";

describe("performing what a person chose", () => {
  const audited = useUserAudit();
  const { aws, choose, findings, only, perform } = audited;

  it.each([
    ["DISABLE_IN_AWS", "disable ann", "Disabled in AWS."],
    ["DELETE_FROM_AWS", "delete ann", "Deleted from AWS."],
    ["DELETE_FROM_AWS_AND_DB", "delete ann", "Deleted from AWS. The user is gone from the database already."],
  ] as const)("performs %s once, and says by whom and when", async (action, effect, result) => {
    aws.put("ann");
    const id = await choose({ username: "ann", action });
    const run = { id: randomUUID(), attempt: 1 };
    expect(await perform({ run })).toMatchObject({ performed: 1, refused: 0, failed: 0, unknown: 0, later: 0 });
    expect(await perform()).toMatchObject({ performed: 0 });
    expect(aws.effects).toEqual([effect]);
    expect(await only()).toMatchObject({ actionStatus: "DONE", result, performedAt: NOON, performedBy: `${run.id}/1` });
    expect(await audited.db.stateTransitionLog.findMany()).toMatchObject([
      {
        entityType: "user_audit",
        entityId: id,
        oldState: "IN_PROGRESS",
        newState: "DONE",
        command: action,
        actor: `run ${run.id}/1`,
        attributes: { chosenBy: "Olga", decisionNo: 1, result },
      },
    ]);
  });

  it("leaves what takes something from a user until a second person has confirmed it, where one is to", async () => {
    for (const username of ["ann", "ben"]) aws.put(username);
    aws.put("cleo", { enabled: false });
    const [ann, ben] = [
      await choose({ username: "ann", action: "DELETE_FROM_AWS" }),
      await choose({ username: "ben", action: "DISABLE_IN_AWS" }),
    ];
    await choose({ username: "cleo", action: "ENABLE_IN_AWS" });
    expect(await perform({ secondPerson: true })).toMatchObject({ performed: 1, unconfirmed: 2 });
    expect(await perform({ secondPerson: true, dryRun: true })).toMatchObject({ pending: 0, unconfirmed: 2 });
    expect(aws.effects).toEqual(["enable cleo"]);
    await audited.db.userAudit.update({ where: { id: ann }, data: { confirmedBy: "Otto", confirmedAt: NOON } });
    expect(await perform({ secondPerson: true })).toMatchObject({ performed: 1, unconfirmed: 1 });
    expect(aws.effects).toEqual(["enable cleo", "delete ann"]);
    expect(await audited.db.stateTransitionLog.findFirst({ where: { entityId: ann } })).toMatchObject({
      attributes: { chosenBy: "Olga", confirmedBy: "Otto" },
    });
    expect(await perform()).toMatchObject({ performed: 1 });
    expect(await audited.db.userAudit.findUnique({ where: { id: ben } })).toMatchObject({ actionStatus: "DONE" });
  });

  it("enables a user even when the finding is closed: the user may be back", async () => {
    aws.put("ann", { enabled: false });
    await choose({ username: "ann", action: "ENABLE_IN_AWS", closedAt: NOON });
    expect(await perform()).toMatchObject({ performed: 1 });
    expect(aws.effects).toEqual(["enable ann"]);
  });

  it.each([
    ["DISABLE_IN_AWS", "DONE"],
    ["DELETE_FROM_AWS", "DONE"],
    ["DELETE_FROM_AWS_AND_DB", "DONE"],
    ["DELETE_FROM_DB", "DONE"],
    ["ENABLE_IN_AWS", "FAILED"],
    ["REMINDER_SENT", "REFUSED"],
  ] as const)("takes %s of a user who is gone already for %s", async (action, status) => {
    await choose({ username: "ann", action, auditType: "UserNotLoggedInPlatform", closedAt: NOON });
    await perform();
    expect(await only()).toMatchObject({ actionStatus: status });
    expect(aws.effects).toEqual([]);
  });

  it.each(["DISABLE_IN_AWS", "DELETE_FROM_AWS", "DELETE_FROM_DB", "DELETE_FROM_AWS_AND_DB"] as const)(
    "refuses %s when the user is back, and leaves everything as it is",
    async (action) => {
      aws.put("ann");
      await choose({ username: "ann", action });
      await putPlatformUsers(audited.db, [{ username: "ann" }]);
      expect(await perform()).toMatchObject({ refused: 1, performed: 0 });
      expect(await only()).toMatchObject({ actionStatus: "REFUSED", result: "Not done: the user is listed in EU." });
      expect(aws.effects).toEqual([]);
      expect(await audited.db.platformUser.count()).toBe(1);
    },
  );

  it("refuses to delete for a finding that a later cycle closed", async () => {
    aws.put("ann");
    await choose({ username: "ann", action: "DELETE_FROM_AWS", closedAt: NOON });
    await perform();
    expect(await only()).toMatchObject({
      actionStatus: "REFUSED",
      result: expect.stringContaining("closed on 2026-11-20"),
    });
  });

  it("never touches a new user under an old name", async () => {
    aws.put("ann");
    await choose({ username: "ann", action: "DELETE_FROM_AWS" });
    await choose({ username: "ann", action: "DISABLE_IN_AWS", auditType: "UserNotLoggedInPlatform" });
    aws.put("ann");
    await perform();
    expect(aws.effects).toEqual([]);
    expect((await only()).result).toBe("The user is gone from AWS already.");
  });

  it("deletes from the database the rows that the finding is about, and no other", async () => {
    ["idle", "off"].forEach((name) => aws.put(name));
    await putPlatformUsers(audited.db, [
      { username: "idle", lastLoginAt: IDLE },
      { username: "idle", platform: "US", lastLoginAt: IDLE },
      { username: "namesake", email: "idle@example.com", lastLoginAt: IDLE },
      { username: "off", enabled: false },
      { username: "off", platform: "US", enabled: false },
      { username: "other" },
    ]);
    await choose({ username: "idle", action: "DELETE_FROM_DB", auditType: "UserNotLoggedInPlatform" });
    await choose({ username: "off", action: "DELETE_FROM_AWS_AND_DB", auditType: "UserNotEnabledInAnyPlatform" });
    expect(await perform()).toMatchObject({ performed: 2 });
    const left = await audited.db.platformUser.findMany({ orderBy: { id: "asc" } });
    expect(left.map(({ username, platform }) => `${platform} ${username}`)).toEqual([
      "US idle",
      "EU namesake",
      "EU other",
    ]);
    expect((await findings()).map(({ result }) => result)).toEqual([
      "Deleted from the database (1 row).",
      "Deleted from AWS. Deleted from the database (2 rows).",
    ]);
    expect(aws.effects).toEqual(["delete off"]);
  });

  it("does not guess which of two users with one address is meant", async () => {
    aws.put("uuid", { email: "shared@example.com" });
    const idle = { email: "shared@example.com", lastLoginAt: IDLE };
    await putPlatformUsers(audited.db, [
      { username: "ann", ...idle },
      { username: "ben", ...idle },
    ]);
    await choose({ username: "uuid", action: "DELETE_FROM_DB", auditType: "UserNotLoggedInPlatform" });
    await perform();
    expect(await only()).toMatchObject({ actionStatus: "REFUSED", result: expect.stringContaining("2 users carry") });
    expect(await audited.db.platformUser.count()).toBe(2);
  });

  it("heeds platform and limit", async () => {
    for (const platform of ["EU", "US", "US", "US"]) {
      const username = aws.put(`user-${aws.users.size}`, { platform }).username;
      await choose({ username, platform, action: "DELETE_FROM_AWS" });
    }
    expect(await perform({ limit: 2, args: { platform: "US" } })).toMatchObject({ performed: 2 });
    expect((await findings()).map(({ actionStatus }) => actionStatus)).toEqual(["PENDING", "DONE", "DONE", "PENDING"]);
  });

  it("lists in a dry run what it would do, and whether the finding holds, and does nothing", async () => {
    ["gone", "back"].forEach((name) => aws.put(name));
    await choose({ username: "gone", action: "DELETE_FROM_AWS" });
    await choose({ username: "back", action: "DISABLE_IN_AWS" });
    await putPlatformUsers(audited.db, [{ username: "back" }]);
    const before = await findings();
    expect(await perform({ dryRun: true })).toMatchObject({
      pending: 2,
      wouldPerform: [
        { username: "gone", action: "DELETE_FROM_AWS", holds: true, why: null, chosenBy: "Olga" },
        { username: "back", action: "DISABLE_IN_AWS", holds: false, why: "the user is listed in EU" },
      ],
    });
    expect(await findings()).toEqual(before);
    expect(aws.effects).toEqual([]);
  });
});
