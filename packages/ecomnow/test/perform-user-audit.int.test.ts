import { randomUUID } from "node:crypto";

import { Cancel, Snooze } from "@drumline/core/task";
import { AuthenticationRefused, RateLimited, Unavailable, UnusableAnswer } from "@drumline/outbound/http";
import { MailOutcomeUnknown, MailRefused } from "@drumline/outbound/mail";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { performUserAudit } from "../src/user-audit/perform/perform-user-audit.ts";
import { clearAudit, putPlatformUsers, startAuditRun } from "./audit-run.ts";
import { type Choice, putChoice } from "./chosen-actions.ts";
import { NOON } from "./data-run.ts";
import { type FakeAws, fakeAws } from "./fake-aws.ts";

const SITE = { system: "AWS", method: "Call", url: "pool" };
const IDLE = "2026-01-01T00:00:00Z";

describe("performing what a person chose", () => {
  let database: TestDatabase;
  let aws: FakeAws;
  beforeAll(async () => {
    database = await testDatabase();
  });
  beforeEach(async () => {
    await clearAudit(database.db);
    aws = fakeAws();
  });
  afterAll(() => database.close());

  const choose = (choice: Choice) => putChoice(database.db, aws, choice);
  const start = (options: Parameters<typeof startAuditRun>[3] = {}, args: { platform?: string } = {}) => {
    const run = startAuditRun(database.db, aws.gateways(), args, options);
    return { ...run, result: performUserAudit(run.context) };
  };
  const perform = (...args: Parameters<typeof start>) => start(...args).result;
  const findings = () => database.db.userAudit.findMany({ orderBy: { id: "asc" } });
  const only = async () => (await findings())[0]!;

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
    expect(await database.db.stateTransitionLog.findMany()).toMatchObject([
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
      await putPlatformUsers(database.db, [{ username: "ann" }]);
      expect(await perform()).toMatchObject({ refused: 1, performed: 0 });
      expect(await only()).toMatchObject({ actionStatus: "REFUSED", result: "Not done: the user is listed in EU." });
      expect(aws.effects).toEqual([]);
      expect(await database.db.platformUser.count()).toBe(1);
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
    await putPlatformUsers(database.db, [
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
    const left = await database.db.platformUser.findMany({ orderBy: { id: "asc" } });
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
    await putPlatformUsers(database.db, [
      { username: "ann", ...idle },
      { username: "ben", ...idle },
    ]);
    await choose({ username: "uuid", action: "DELETE_FROM_DB", auditType: "UserNotLoggedInPlatform" });
    await perform();
    expect(await only()).toMatchObject({ actionStatus: "REFUSED", result: expect.stringContaining("2 users carry") });
    expect(await database.db.platformUser.count()).toBe(2);
  });

  it("reminds a user once, by mail, and again only when a person decides so again", async () => {
    aws.put("idle");
    await putPlatformUsers(database.db, [{ username: "idle", lastLoginAt: IDLE }]);
    const id = await choose({ username: "idle", action: "REMINDER_SENT", auditType: "UserNotLoggedInPlatform" });
    await perform();
    await perform();
    expect(aws.mails).toMatchObject([
      { to: ["idle@example.com"], subject: "You have not logged in for 6 months", unsubscribe: true },
    ]);
    await database.db.userAudit.update({ where: { id }, data: { actionStatus: "PENDING", decisionNo: 2 } });
    await perform();
    expect(aws.mails).toHaveLength(2);
  });

  it.each<[string, () => unknown, RegExp]>([
    ["logged in meanwhile", () => putPlatformUsers(database.db, [{ username: "idle" }]), /logged in on 2026-11-19/],
    [
      "is disabled in AWS",
      () => aws.users.set("idle", { ...aws.users.get("idle")!, enabled: false }),
      /is disabled in AWS/,
    ],
    ["is listed no longer", () => undefined, /not listed in EU/],
  ])("does not remind a user who %s", async (_, happen, why) => {
    aws.put("idle");
    await choose({ username: "idle", action: "REMINDER_SENT", auditType: "UserNotLoggedInPlatform" });
    await happen();
    await perform();
    expect(await only()).toMatchObject({ actionStatus: "REFUSED", result: expect.stringMatching(why) });
    expect(aws.mails).toEqual([]);
  });

  it.each([
    ["refused", new MailRefused(SITE, "says no"), "FAILED"],
    ["of unknown outcome", new MailOutcomeUnknown(SITE, "hangs", null), "UNKNOWN"],
  ])("records a reminder that is %s, and does not repeat it", async (_, error, status) => {
    aws.put("idle");
    await putPlatformUsers(database.db, [{ username: "idle", lastLoginAt: IDLE }]);
    await choose({ username: "idle", action: "REMINDER_SENT", auditType: "UserNotLoggedInPlatform" });
    aws.fault = (call) => (call.startsWith("mail") ? error : null);
    const { result, problems } = start();
    await result;
    aws.fault = null;
    await perform();
    expect(await only()).toMatchObject({ actionStatus: status });
    expect(problems).toHaveLength(1);
    expect(aws.mails).toEqual([]);
  });

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
    const { result, problems } = start();
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

  it("heeds platform and limit", async () => {
    for (const platform of ["EU", "US", "US", "US"]) {
      const username = aws.put(`user-${aws.users.size}`, { platform }).username;
      await choose({ username, platform, action: "DELETE_FROM_AWS" });
    }
    expect(await perform({ limit: 2 }, { platform: "US" })).toMatchObject({ performed: 2 });
    expect((await findings()).map(({ actionStatus }) => actionStatus)).toEqual(["PENDING", "DONE", "DONE", "PENDING"]);
  });

  it("lists in a dry run what it would do, and whether the finding holds, and does nothing", async () => {
    ["gone", "back"].forEach((name) => aws.put(name));
    await choose({ username: "gone", action: "DELETE_FROM_AWS" });
    await choose({ username: "back", action: "DISABLE_IN_AWS" });
    await putPlatformUsers(database.db, [{ username: "back" }]);
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
    const first = start();
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
