import { Snooze } from "@drumline/core/task";
import { RateLimited } from "@drumline/outbound/http";
import { MailAccountRefused, MailOutcomeUnknown } from "@drumline/outbound/mail";
import { describe, expect, it } from "@jest/globals";

import { settleMailByHand } from "../src/user-audit/settle-mail.ts";
import { NOON } from "./ecomnow-run.ts";
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

  it.each([
    ["SENT", { sent: 0 }, 0],
    ["NOT_SENT", { sent: 1 }, 1],
  ] as const)(
    "of unknown outcome is told again or counts as told when a person says %s",
    async (outcome, mails, sent) => {
      aws.put("ann");
      aws.fault = (call) => (call.startsWith("mail") ? new MailOutcomeUnknown(SITE, "hangs", null) : null);
      await audit();
      const open = () => audited.db.problem.findMany({ where: { closedAt: null } });
      const { id, key } = await audited.db.mail.findFirstOrThrow();
      expect(await open()).toMatchObject([
        {
          kind: "MAIL_UNKNOWN",
          subjectType: "mail",
          subjectKey: key,
          actions: [{ path: `/api/v1/mails/${id}/sent` }, { path: `/api/v1/mails/${id}/not-sent` }],
        },
      ]);
      aws.fault = null;
      await settleMailByHand(audited.db, { id, outcome, by: "Olga", at: NOON });
      expect(await open()).toEqual([]);
      nextDay();
      expect(await audit()).toMatchObject({ mails });
      expect(aws.mails).toHaveLength(sent);
      expect((await findings())[0]!.notifiedAt).not.toBeNull();
      nextDay();
      expect(await audit()).toMatchObject({ mails: { sent: 0 } });
    },
  );

  it("waits, every one of them, while the account may not send, and a person sees it", async () => {
    aws.put("ann");
    let asked = 0;
    aws.fault = (call) => {
      if (!call.startsWith("mail")) return null;
      asked += 1;
      return new MailAccountRefused(SITE, "is paused", null);
    };
    const recipients = ["first@example.com", "second@example.com"];
    await expect(audit({ recipients })).rejects.toThrow(MailAccountRefused);
    expect(asked).toBe(1);
    expect(await audited.db.mail.findMany()).toMatchObject([{ status: "QUEUED" }, { status: "QUEUED" }]);
    const open = () => audited.db.problem.findMany({ where: { closedAt: null } });
    expect(await open()).toMatchObject([{ kind: "MAIL_ACCOUNT", subjectKey: "SES", severity: "ERROR" }]);
    aws.fault = null;
    nextDay();
    expect(await audit({ recipients })).toMatchObject({ mails: { sent: 2 } });
    expect(await open()).toEqual([]);
  });
});
