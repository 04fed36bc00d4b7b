import { describe, expect, it } from "@jest/globals";

import { toDigestMails } from "./digest-mail.ts";

const terms = {
  auditType: "UserNoLongerInPlatform",
  platform: "EU",
  months: 6,
  now: new Date("2026-11-21T12:00:00Z"),
} as const;
const entry = (username: string) => ({
  username,
  email: `${username}@example.com`,
  userCreatedAt: new Date("2026-01-02"),
  lastLoginAt: null,
  awsEnabled: true,
  elsewhere: [],
});

describe("the digest of new findings", () => {
  it("is one mail for each person, however often they are named", () => {
    const mails = toDigestMails({ terms, cycleId: 7n, entries: [entry("ann")], total: 1 }, [
      "boss@example.com",
      "Boss@Example.com ",
      "ops@example.com",
    ]);
    expect(mails.map(({ key }) => key)).toEqual([
      "user-audit-digest/UserNoLongerInPlatform/EU/7/boss@example.com",
      "user-audit-digest/UserNoLongerInPlatform/EU/7/ops@example.com",
    ]);
    expect(mails[0]!.subject).toBe("User audit EU: 1 user in AWS Cognito and no longer in EU");
    expect(mails[0]!.text).toContain("- ann <ann@example.com>, created 2026-01-02, never logged in");
  });

  it("says how many it does not show", () => {
    const [mail] = toDigestMails({ terms, cycleId: 7n, entries: [entry("ann"), entry("ben")], total: 1_002 }, [
      "b@x.nl",
    ]);
    expect(mail!.subject).toContain("1002 users");
    expect(mail!.text).toContain("… and 1000 more.");
  });
});
