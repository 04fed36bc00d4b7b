import { Cancel } from "@drumline/core/task";
import { Unavailable } from "@drumline/outbound/http";
import { describe, expect, it } from "@jest/globals";

import { confirmCycle } from "../src/user-audit/findings/cycle.sql.ts";
import { putPlatformUsers } from "./audited-users.ts";
import { useUserAudit } from "./user-audit-under-test.ts";

const SITE = { system: "AWS", method: "Call", url: "pool" };

describe("a listing that is not to be believed", () => {
  const audited = useUserAudit();
  const { audit, aws, findings, nextDay, perform, start } = audited;

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
    expect(await audited.db.userAuditCycle.count()).toBe(1);
    expect(await audited.db.userAuditCandidate.count()).toBe(0);
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
    const listings = async () =>
      (await audited.db.problem.findMany({ where: { kind: "USER_LISTING_HELD" } })).map(
        ({ subjectKey, closedAt, note }) => `${subjectKey}: ${closedAt === null ? "open" : note}`,
      );
    expect(await listings()).toEqual([expect.stringMatching(/: open$/)]);
    expect(await confirmCycle(audited.db, 2n, "Olga", new Date())).toBe(true);
    expect(await listings()).toEqual([expect.stringMatching(/: Olga confirmed cycle 2$/)]);
    expect(await audit({ maxLossPercent: 20 })).toMatchObject({ found: 5, closed: 5 });
  });

  it("holds as well when the view has lost its rows, since everybody would seem to have left", async () => {
    const names = Array.from({ length: 10 }, (_, no) => `user-${no}`);
    names.forEach((name) => aws.put(name));
    await putPlatformUsers(
      audited.db,
      names.map((username) => ({ username })),
    );
    await audit({ maxLossPercent: 20 });
    await audited.db.platformUser.deleteMany();
    await expect(audit({ maxLossPercent: 20 })).rejects.toThrow(/0 rows of the platform in aws_user_view where 10/);
    expect(await findings()).toEqual([]);
  });

  it("does not hold what our own actions took away", async () => {
    for (let no = 0; no < 4; no += 1) aws.put(`user-${no}`);
    await audit({ maxLossPercent: 20 });
    nextDay();
    await audited.db.userAudit.updateMany({
      where: { username: { in: ["user-0", "user-1"] } },
      data: { action: "DELETE_FROM_AWS", actionStatus: "PENDING" },
    });
    await perform();
    expect(aws.users.size).toBe(2);
    expect(await audit({ maxLossPercent: 20 })).toMatchObject({ found: 2, closed: 2 });
  });
});
