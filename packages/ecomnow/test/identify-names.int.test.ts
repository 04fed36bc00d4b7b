import { randomUUID } from "node:crypto";

import { describe, expect, it } from "@jest/globals";

import { putPlatformUsers } from "./audited-users.ts";
import { useUserAudit } from "./user-audit-under-test.ts";

describe("identifying users by their names", () => {
  const audited = useUserAudit();
  const { audit, aws, choose, findings, only, perform } = audited;
  const found = async () => (await findings()).map(({ username }) => username);

  it("compares them without spaces, case and forms of letters, whatever the database's locale", async () => {
    const pairs = [
      ["ÄNNE", "änne"],
      ["A\u0308nna", "änna"],
      ["İsmail", "ismail"],
      ["ISIK", "ısık"],
      ["Ｂｅｎ", "ben"],
      ["Cleo", " cleo\t"],
      ["STRASSE", "straße"],
    ] as const;
    for (const [name] of pairs) aws.put(name, { email: null });
    aws.put("gone", { email: null });
    await putPlatformUsers(
      audited.db,
      pairs.map(([, username], index) => ({ username, email: `${index}@example.com` })),
    );
    expect(await audit()).toMatchObject({ listed: 8, found: 1 });
    expect(await found()).toEqual(["gone"]);
  });

  it("compares addresses in the same way", async () => {
    aws.put("by-address", { email: "JÖRG@Example.com " });
    aws.put("gone", { email: "jorg@example.com" });
    await putPlatformUsers(audited.db, [{ username: "other", email: "jörg@example.com" }]);
    await audit();
    expect(await found()).toEqual(["gone"]);
  });

  it("deletes the rows that are meant, and locks them by what they are", async () => {
    aws.put("ÄNNE", { email: null });
    await putPlatformUsers(audited.db, [{ username: "änne", lastLoginAt: null }, { username: "anne" }]);
    await choose({ username: "ÄNNE", action: "DELETE_FROM_DB", auditType: "UserNotLoggedInPlatform" });
    await perform();
    expect(await only()).toMatchObject({ actionStatus: "DONE" });
    expect((await audited.db.platformUser.findMany()).map(({ username }) => username)).toEqual(["anne"]);
  });
});

describe("identifying users by their platforms", () => {
  const audited = useUserAudit();
  const { audit, aws, findings, nextDay, only, perform } = audited;

  it("takes its word however it is written, in Cognito, in the view and in the schedule", async () => {
    aws.put("ann", { platform: "eu " });
    aws.put("ben", { platform: "Ｅu" });
    aws.put("cleo", { platform: " " });
    await putPlatformUsers(audited.db, [{ username: "ann", platform: " Eu" }]);
    expect(await audit({ platform: "eu" })).toMatchObject({ ofPlatform: 2, inView: 1, found: 1 });
    nextDay();
    expect(await audit({ platform: "EU" })).toMatchObject({ found: 1, new: 0, again: 1 });
    expect(await findings()).toMatchObject([{ username: "ben", platform: "EU" }]);
    nextDay();
    // Without a word a user belongs to US.
    expect(await audit({ platform: "us" })).toMatchObject({ ofPlatform: 1, found: 1 });
  });

  it("counts users that no schedule looks at, and lets a person see them", async () => {
    await audited.db.schedule.create({
      data: {
        id: randomUUID(),
        key: `us-${randomUUID()}`,
        source: "API",
        task: "UserNoLongerInPlatform",
        args: { platform: "us" },
        triggerKind: "INTERVAL",
        everyMs: 1_000n,
        timeoutMs: 1_000n,
        anchorAt: new Date(),
        contentHash: "x",
      },
    });
    aws.put("ann");
    for (const name of ["ben", "cleo"]) aws.put(name, { platform: "uk" });
    aws.put("dan", { platform: "US" });
    expect(await audit()).toMatchObject({ listed: 4, ofPlatform: 1, unscheduled: 2 });
    const open = () => audited.db.problem.findMany({ where: { kind: "USERS_UNSCHEDULED", closedAt: null } });
    expect(await open()).toMatchObject([
      { subjectType: "platform", subjectKey: "UserNoLongerInPlatform UK", detail: { users: 2 } },
    ]);
    aws.put("eve", { platform: "jp" });
    nextDay();
    expect(await audit()).toMatchObject({ unscheduled: 3 });
    const accepted = { closedAt: new Date(), ending: "BY_PERSON", closedBy: "ann", accepted: true } as const;
    await audited.db.problem.updateMany({ where: { subjectKey: "UserNoLongerInPlatform JP" }, data: accepted });
    nextDay();
    for (const name of ["ben", "cleo", "eve"]) aws.put(name, { platform: "US" });
    expect(await audit()).toMatchObject({ unscheduled: 0 });
    expect(await open()).toEqual([]);
    expect(await audited.db.problem.count({ where: { accepted: true } })).toBe(0);
    await audited.db.schedule.deleteMany();
  });

  it("says where else a user is listed, in the finding and in the digest", async () => {
    aws.put("moved");
    await putPlatformUsers(audited.db, [
      { username: "moved", platform: "us" },
      { username: "moved", platform: "JP", enabled: false },
    ]);
    await audit();
    expect(await only()).toMatchObject({ elsewhere: ["JP (disabled)", "US"] });
    expect(aws.mails[0]!.text).toContain(
      "- moved <moved@example.com>, created 2024-01-01, last login 2026-11-19, listed in JP (disabled), US",
    );
  });

  it("takes nothing from a user whom another platform lists since the choice", async () => {
    aws.put("moved");
    await audit();
    await audited.db.userAudit.updateMany({ data: { action: "DELETE_FROM_AWS", actionStatus: "PENDING" } });
    await putPlatformUsers(audited.db, [{ username: "moved", platform: "US" }]);
    await perform();
    expect(await only()).toMatchObject({
      actionStatus: "REFUSED",
      result: expect.stringContaining("US lists the user as well"),
    });
    expect(aws.users.has("moved")).toBe(true);
    nextDay();
    await audit();
    await audited.db.userAudit.updateMany({ data: { actionStatus: "PENDING" } });
    await perform();
    expect(await only()).toMatchObject({ actionStatus: "DONE" });
  });
});
