import { describe, expect, it } from "@jest/globals";

import { putPlatformUsers } from "./audited-users.ts";
import { NOON } from "./ecomnow-run.ts";
import { useUserAudit } from "./user-audit-under-test.ts";

describe("identifying users", () => {
  const audited = useUserAudit();
  const { audit, aws, findings, nextDay, start } = audited;

  it("finds who is in Cognito and no longer in the platform, and tells it once", async () => {
    ["ann", "ben", "cleo", "dan"].forEach((name) => aws.put(name));
    await putPlatformUsers(audited.db, [{ username: "ann" }, { username: "ben" }, { username: "dan", platform: "US" }]);
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
    await audited.db.userAudit.updateMany({ data: { action: "DELETE_FROM_AWS", actionStatus: "PENDING" } });
    await putPlatformUsers(audited.db, [{ username: "ann" }]);
    nextDay();
    expect(await audit()).toMatchObject({ found: 0, closed: 1 });
    await audited.db.platformUser.deleteMany();
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
    await putPlatformUsers(audited.db, [
      { username: "ann.brown", email: "x@example.com" },
      { username: "ben", email: "ben@example.COM" },
    ]);
    expect(await audit()).toMatchObject({ found: 0 });
  });

  it("finds who is not enabled in any platform, and who has not logged in for the months it was given", async () => {
    ["off", "half", "idle", "fresh", "never"].forEach((name) => aws.put(name));
    await putPlatformUsers(audited.db, [
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
    expect(await audited.db.userAuditCandidate.count()).toBe(0);
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
