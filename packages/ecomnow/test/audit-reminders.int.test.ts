import { MailOutcomeUnknown, MailRefused } from "@drumline/outbound/mail";
import { describe, expect, it } from "@jest/globals";

import { putPlatformUsers } from "./audited-users.ts";
import { useUserAudit } from "./user-audit-under-test.ts";

const SITE = { system: "AWS", method: "Call", url: "pool" };
const IDLE = "2026-01-01T00:00:00Z";

describe("a reminder to a user", () => {
  const audited = useUserAudit();
  const { aws, choose, only, perform, startPerforming } = audited;

  it("reminds a user once, by mail, and again only when a person decides so again", async () => {
    aws.put("idle");
    await putPlatformUsers(audited.db, [{ username: "idle", lastLoginAt: IDLE }]);
    const id = await choose({ username: "idle", action: "REMINDER_SENT", auditType: "UserNotLoggedInPlatform" });
    await perform();
    await perform();
    expect(aws.mails).toMatchObject([
      { to: ["idle@example.com"], subject: "You have not logged in for 6 months", unsubscribe: true },
    ]);
    await audited.db.userAudit.update({ where: { id }, data: { actionStatus: "PENDING", decisionNo: 2 } });
    await perform();
    expect(aws.mails).toHaveLength(2);
  });

  it.each<[string, () => unknown, RegExp]>([
    ["logged in meanwhile", () => putPlatformUsers(audited.db, [{ username: "idle" }]), /logged in on 2026-11-19/],
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
    await putPlatformUsers(audited.db, [{ username: "idle", lastLoginAt: IDLE }]);
    await choose({ username: "idle", action: "REMINDER_SENT", auditType: "UserNotLoggedInPlatform" });
    aws.fault = (call) => (call.startsWith("mail") ? error : null);
    const { result, problems } = startPerforming();
    await result;
    aws.fault = null;
    await perform();
    expect(await only()).toMatchObject({ actionStatus: status });
    expect(problems).toHaveLength(1);
    expect(aws.mails).toEqual([]);
  });
});
