import { Snooze } from "@drumline/core/task";
import { RateLimited } from "@drumline/outbound/http";
import { MailOutcomeUnknown } from "@drumline/outbound/mail";
import { describe, expect, it } from "@jest/globals";

import { useUserAudit } from "./user-audit-under-test.ts";

const SITE = { system: "AWS", method: "Call", url: "pool" };

describe("the digest of an audit", () => {
  const audited = useUserAudit();
  const { audit, aws, findings, nextDay, start } = audited;

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
    expect(await audited.db.mail.findMany()).toMatchObject([{ status: "UNKNOWN" }]);
    expect((await findings())[0]!.notifiedAt).toBeNull();
  });
});
