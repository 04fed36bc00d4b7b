import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { DAY_MS, manualClock, type ManualClock } from "@drumline/core/clock";
import { Cancel, Snooze } from "@drumline/core/task";
import { RateLimited, Unavailable } from "@drumline/outbound/http";
import { MailOutcomeUnknown } from "@drumline/outbound/mail";
import { testDatabase, type TestDatabase } from "@drumline/testing";

import { userAuditHandlers } from "../src/user-audit/handlers.ts";
import { clearAudit, putPlatformUsers, startAuditRun } from "./audit-run.ts";
import { NOON } from "./data-run.ts";
import { type FakeAws, fakeAws } from "./fake-aws.ts";

const SITE = { system: "AWS", method: "Call", url: "pool" };

describe("identifying users", () => {
  let database: TestDatabase;
  let aws: FakeAws;
  let clock: ManualClock;
  beforeAll(async () => {
    database = await testDatabase();
  });
  beforeEach(async () => {
    await clearAudit(database.db);
    aws = fakeAws();
    clock = manualClock(NOON);
  });
  afterAll(() => database.close());

  type Options = Parameters<typeof startAuditRun>[3] & {
    task?: keyof typeof userAuditHandlers;
    platform?: string;
    recipients?: string[];
    maxLossPercent?: number;
  };
  const start = ({
    task = "UserNoLongerInPlatform",
    platform = "EU",
    recipients = ["boss@example.com"],
    maxLossPercent = 100,
    ...options
  }: Options = {}) => {
    const run = startAuditRun(
      database.db,
      aws.gateways({ maxLossPercent }),
      { platform, recipients },
      { clock, ...options },
    );
    return { ...run, result: userAuditHandlers[task](run.context) };
  };
  const audit = (options?: Options) => start(options).result;
  const findings = () => database.db.userAudit.findMany({ orderBy: { id: "asc" } });
  const nextDay = () => clock.advance(DAY_MS);

  it("finds who is in Cognito and no longer in the platform, and tells it once", async () => {
    ["ann", "ben", "cleo", "dan"].forEach((name) => aws.put(name));
    await putPlatformUsers(database.db, [
      { username: "ann" },
      { username: "ben" },
      { username: "dan", platform: "US" },
    ]);
    expect(await audit()).toMatchObject({
      listed: 4,
      ofPlatform: 4,
      inView: 2,
      found: 2,
      new: 2,
      again: 0,
      closed: 0,
      mails: { sent: 1 },
    });
    expect(await findings()).toMatchObject([
      {
        username: "cleo",
        auditType: "UserNoLongerInPlatform",
        platform: "EU",
        action: "NONE",
        actionStatus: "NONE",
        identifiedAt: NOON,
        notifiedAt: NOON,
        closedAt: null,
      },
      { username: "dan" },
    ]);
    expect(aws.mails).toHaveLength(1);
    expect(aws.mails[0]).toMatchObject({ to: ["boss@example.com"], subject: expect.stringContaining("2 users") });

    nextDay();
    expect(await audit()).toMatchObject({ found: 2, new: 0, again: 2, closed: 0, mails: { sent: 0 } });
    expect(aws.mails).toHaveLength(1);
    expect(await findings()).toHaveLength(2);
  });

  it("reports a user whom no table can keep, and judges all the others", async () => {
    ["ann", "ben"].forEach((name) => aws.put(name));
    aws.put("n\0l");
    aws.put("half", { email: "\ud83d@example.com" });
    aws.put("late", { createdAt: new Date(Date.UTC(10_000, 0)) });
    const { result, problems } = start();
    expect(await result).toMatchObject({ listed: 5, ofPlatform: 5, found: 2 });
    expect(problems).toEqual([
      { recordId: "n\ufffdl", error: expect.stringContaining("holds a NUL") },
      { recordId: "half", error: expect.stringContaining("email holds half of a character") },
      { recordId: "late", error: expect.stringContaining("no year from 1 to 9999") },
    ]);
    expect((await findings()).map(({ username }) => username)).toEqual(["ann", "ben"]);
  });

  it("closes a finding when the user is back, and finds and tells anew when the user leaves again", async () => {
    aws.put("ann");
    await audit();
    await database.db.userAudit.updateMany({ data: { action: "DELETE_FROM_AWS", actionStatus: "PENDING" } });
    await putPlatformUsers(database.db, [{ username: "ann" }]);
    nextDay();
    expect(await audit()).toMatchObject({ found: 0, closed: 1 });
    await database.db.platformUser.deleteMany();
    nextDay();
    expect(await audit()).toMatchObject({ found: 1, new: 1, again: 0, mails: { sent: 1 } });
    const [first, second] = await findings();
    expect(first!.closedAt).not.toBeNull();
    expect(second).toMatchObject({ username: "ann", action: "NONE", closedAt: null });
    expect(second!.cycleId).toBeGreaterThan(first!.cycleId);
    expect(aws.mails).toHaveLength(2);
  });

  it("takes a new user under an old name for somebody else", async () => {
    aws.put("ann");
    await audit();
    aws.put("ann");
    nextDay();
    expect(await audit()).toMatchObject({ new: 1, again: 0, closed: 1 });
  });

  it("closes the finding of a user who is gone from Cognito", async () => {
    aws.put("ann");
    await audit();
    aws.users.clear();
    nextDay();
    expect(await audit()).toMatchObject({ found: 0, closed: 1 });
  });

  it("gives users without a platform to US, and every user to one platform only", async () => {
    aws.put("none", { platform: null });
    aws.put("us", { platform: "US" });
    aws.put("eu");
    await audit({ platform: "US" });
    await audit({ platform: "EU" });
    expect((await findings()).map(({ username, platform }) => `${platform} ${username}`)).toEqual([
      "US none",
      "US us",
      "EU eu",
    ]);
  });

  it("heeds neither the case of names nor of addresses", async () => {
    aws.put("Ann.Brown");
    aws.put("uuid-1", { email: "Ben@Example.com" });
    await putPlatformUsers(database.db, [
      { username: "ann.brown", email: "x@example.com" },
      { username: "ben", email: "ben@example.COM" },
    ]);
    expect(await audit()).toMatchObject({ found: 0 });
  });

  it("finds who is not enabled in any platform, and who has not logged in for the months it was given", async () => {
    ["off", "half", "idle", "fresh", "never"].forEach((name) => aws.put(name));
    await putPlatformUsers(database.db, [
      { username: "off", enabled: false },
      { username: "half", enabled: false },
      { username: "half", platform: "US" },
      { username: "idle", lastLoginAt: "2026-05-20T11:59:59Z" },
      { username: "fresh", lastLoginAt: "2026-05-20T12:00:00Z" },
      { username: "never", lastLoginAt: null },
    ]);
    await audit({ task: "UserNotEnabledInAnyPlatform" });
    await audit({ task: "UserNotLoggedInPlatform" });
    expect((await findings()).map(({ auditType, username, months }) => [auditType, username, months])).toEqual([
      ["UserNotEnabledInAnyPlatform", "off", null],
      ["UserNotLoggedInPlatform", "idle", 6],
      ["UserNotLoggedInPlatform", "never", 6],
    ]);
  });

  it("writes nothing when the listing breaks off, on whichever page", async () => {
    for (let no = 0; no < 10; no += 1) aws.put(`user-${no}`);
    await audit();
    const before = await findings();
    nextDay();
    aws.users.delete("user-0");
    aws.put("new");
    for (const page of [1, 2, 4]) {
      let pages = 0;
      aws.fault = (call) => (call === "list" && (pages += 1) === page ? new Unavailable(SITE, "is away") : null);
      await expect(audit()).rejects.toThrow("is away");
    }
    expect(await findings()).toEqual(before);
    expect(await database.db.userAuditCycle.count()).toBe(1);
    expect(await database.db.userAuditCandidate.count()).toBe(0);
    expect(aws.mails).toHaveLength(1);
  });

  it("holds a listing that lost more than its share until a person confirms it", async () => {
    for (let no = 0; no < 10; no += 1) aws.put(`user-${no}`);
    await audit({ maxLossPercent: 20 });
    for (let no = 0; no < 5; no += 1) aws.users.delete(`user-${no}`);
    nextDay();
    const held = start({ maxLossPercent: 20 });
    await expect(held.result).rejects.toThrow(Cancel);
    await expect(held.result).rejects.toThrow(/5 users in the pool where 10 were expected.*cycles\/2\/confirm/);
    expect((await findings()).filter(({ closedAt }) => closedAt === null)).toHaveLength(10);
    nextDay();
    await expect(audit({ maxLossPercent: 20 })).rejects.toThrow(Cancel);
    await database.db.userAuditCycle.updateMany({ where: { id: 2n }, data: { status: "CONFIRMED" } });
    expect(await audit({ maxLossPercent: 20 })).toMatchObject({ found: 5, closed: 5 });
  });

  it("holds as well when the view has lost its rows, since everybody would seem to have left", async () => {
    const names = Array.from({ length: 10 }, (_, no) => `user-${no}`);
    names.forEach((name) => aws.put(name));
    await putPlatformUsers(
      database.db,
      names.map((username) => ({ username })),
    );
    await audit({ maxLossPercent: 20 });
    await database.db.platformUser.deleteMany();
    await expect(audit({ maxLossPercent: 20 })).rejects.toThrow(/0 rows of the platform in aws_user_view where 10/);
    expect(await findings()).toEqual([]);
  });

  it("does not hold what our own actions took away", async () => {
    for (let no = 0; no < 4; no += 1) aws.put(`user-${no}`);
    await audit({ maxLossPercent: 20 });
    nextDay();
    await database.db.userAudit.updateMany({
      where: { username: { in: ["user-0", "user-1"] } },
      data: { action: "DELETE_FROM_AWS", actionStatus: "PENDING" },
    });
    await audit({ task: "PerformUserAudit" });
    expect(aws.users.size).toBe(2);
    expect(await audit({ maxLossPercent: 20 })).toMatchObject({ found: 2, closed: 2 });
  });

  it("keeps findings nobody is to be told of for the first digest that has recipients", async () => {
    aws.put("ann");
    await audit({ recipients: [] });
    expect((await findings())[0]!.notifiedAt).toBeNull();
    nextDay();
    expect(await audit()).toMatchObject({ new: 0, again: 1, mails: { sent: 1 } });
    expect((await findings())[0]!.notifiedAt).not.toBeNull();
  });

  it("sends the digest later where SES throttles, and again to nobody", async () => {
    aws.put("ann");
    aws.fault = (call) => (call === "mail second@example.com" ? new RateLimited(SITE, 1_000) : null);
    const run = { id: "6c5f0a56-5a3e-4a43-b6b5-4b8c3c0f4a11", attempt: 1 };
    const recipients = ["first@example.com", "second@example.com"];
    await expect(audit({ run, recipients })).rejects.toThrow(Snooze);
    aws.fault = null;
    expect(await audit({ run: { ...run, attempt: 2 }, recipients })).toMatchObject({ new: 1, mails: { sent: 1 } });
    expect(aws.effects).toEqual(["mail first@example.com", "mail second@example.com"]);
    expect(await findings()).toHaveLength(1);
  });

  it("shows a digest whose outcome nobody knows, and never sends it again by itself", async () => {
    aws.put("ann");
    aws.fault = (call) => (call.startsWith("mail") ? new MailOutcomeUnknown(SITE, "hangs", null) : null);
    const first = start();
    expect(await first.result).toMatchObject({ mails: { sent: 0, unknown: 1 } });
    expect(first.problems).toMatchObject([
      { recordId: expect.stringContaining("boss@example.com"), error: expect.stringContaining("UNKNOWN") },
    ]);
    aws.fault = null;
    nextDay();
    expect(await audit()).toMatchObject({ mails: { sent: 0 } });
    expect(await database.db.mail.findMany()).toMatchObject([{ status: "UNKNOWN" }]);
    expect((await findings())[0]!.notifiedAt).toBeNull();
  });

  it("only says what it would find in a dry run", async () => {
    aws.put("ann");
    await audit();
    aws.put("ben");
    expect(await audit({ dryRun: true })).toMatchObject({
      found: 2,
      new: 1,
      again: 1,
      closed: 0,
      wouldFind: [{ username: "ben" }],
      wouldTell: ["boss@example.com"],
    });
    expect(await findings()).toHaveLength(1);
    expect(aws.mails).toHaveLength(1);
    expect(await database.db.userAuditCandidate.count()).toBe(0);
  });

  it("lets two audits at once end in one finding and one mail", async () => {
    for (let no = 0; no < 8; no += 1) aws.put(`user-${no}`);
    const results = await Promise.allSettled([audit(), audit(), audit()]);
    expect(results.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(0);
    expect(await findings()).toHaveLength(8);
    expect(aws.mails).toHaveLength(1);
  });

  it("changes nothing on a second run with nothing new", async () => {
    aws.put("ann");
    await audit();
    const [before] = await findings();
    await audit();
    const [after] = await findings();
    expect({ ...after, lastCycleId: 0n }).toEqual({ ...before, lastCycleId: 0n });
  });
});
