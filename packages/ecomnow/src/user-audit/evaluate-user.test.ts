import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { AUDIT_TYPES, type AuditType } from "./finding.ts";
import { type AuditTerms, evaluateUser, type ViewRow } from "./evaluate-user.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const terms = (auditType: AuditType, platform = "US"): AuditTerms => ({ auditType, platform, months: 6, now: NOW });
const user = (platform: string | null, createdAt = "2020-01-01T00:00:00Z") => ({
  platform,
  createdAt: new Date(createdAt),
});
const row = (platform: string, changes: Partial<ViewRow> = {}): ViewRow => ({
  platform,
  username: "ann",
  enabled: true,
  lastLoginAt: NOW,
  matchedBy: "username",
  ...changes,
});
const holds = (...args: Parameters<typeof evaluateUser>) => evaluateUser(...args).holds;

describe("whom an audit is about", () => {
  it.each([
    ["US", "US", true],
    ["EU", "EU", true],
    [null, "US", true],
    [null, "EU", false],
    ["EU", "US", false],
    ["us", "US", true],
    [" US ", "US", true],
  ])("custom:platform %p belongs to the audit of %p: %p", (own, platform, expected) => {
    expect(holds(user(own), [], terms("UserNoLongerInPlatform", platform))).toBe(expected);
  });
});

describe("UserNoLongerInPlatform", () => {
  const audit = terms("UserNoLongerInPlatform");
  it.each<[string, ViewRow[], boolean]>([
    ["nowhere", [], true],
    ["in another platform only", [row("EU")], true],
    ["in the platform", [row("US")], false],
    ["in the platform, disabled", [row("US", { enabled: false })], false],
    ["in the platform by e-mail address only", [row("US", { matchedBy: "email", username: "ann2" })], false],
  ])("finds a user who is listed %s: %#", (_, rows, expected) => {
    expect(holds(user("US"), rows, audit)).toBe(expected);
  });
});

describe("UserNotEnabledInAnyPlatform", () => {
  const audit = terms("UserNotEnabledInAnyPlatform");
  const off = { enabled: false };
  it.each<[string, ViewRow[], boolean]>([
    ["disabled in its only platform", [row("US", off)], true],
    ["disabled in every platform", [row("US", off), row("EU", off)], true],
    ["disabled in another platform and listed nowhere else", [row("EU", off)], true],
    ["enabled in one of two", [row("US", off), row("EU")], false],
    ["listed nowhere, which is the other audit's matter", [], false],
  ])("judges a user who is %s", (_, rows, expected) => {
    expect(holds(user("US"), rows, audit)).toBe(expected);
  });
});

describe("UserNotLoggedInPlatform", () => {
  const audit = terms("UserNotLoggedInPlatform");
  it.each<[string, string | null, string, boolean]>([
    ["logged in a millisecond more than six months ago", "2026-05-21T11:59:59.999Z", "2020-01-01", true],
    ["logged in exactly six months ago", "2026-05-21T12:00:00.000Z", "2020-01-01", false],
    ["logged in yesterday", "2026-11-20T12:00:00.000Z", "2020-01-01", false],
    ["never logged in and was created long ago", null, "2026-05-21T11:59:59Z", true],
    ["never logged in and was created five months ago", null, "2026-06-21T12:00:00Z", false],
  ])("judges a user who %s", (_, login, createdAt, expected) => {
    const rows = [row("US", { lastLoginAt: login === null ? null : new Date(login) })];
    expect(holds(user("US", createdAt), rows, audit)).toBe(expected);
  });

  it("takes the latest login of several rows, and only those of the platform", () => {
    const old = new Date("2020-01-01");
    expect(holds(user("US"), [row("US", { lastLoginAt: old }), row("US", { matchedBy: "email" })], audit)).toBe(false);
    expect(holds(user("US"), [row("US", { lastLoginAt: old }), row("EU")], audit)).toBe(true);
  });

  it("leaves those alone whom the platform does not list", () => {
    expect(holds(user("US"), [row("EU", { lastLoginAt: null })], audit)).toBe(false);
  });
});

describe("every audit", () => {
  const anyRow = fc.record({
    platform: fc.constantFrom("US", "EU", "us"),
    username: fc.constantFrom("ann", "ann2"),
    enabled: fc.boolean(),
    lastLoginAt: fc.option(fc.date({ min: new Date("2020-01-01"), max: NOW, noInvalidDate: true })),
    matchedBy: fc.constantFrom("username" as const, "email" as const),
  });
  const anyUser = fc.record({
    platform: fc.constantFrom("US", "EU", null),
    createdAt: fc.date({ min: new Date("2020-01-01"), max: NOW, noInvalidDate: true }),
  });

  it("never finds a user who is enabled and logged in today in the platform", () => {
    fc.assert(
      fc.property(anyUser, fc.array(anyRow), fc.constantFrom(...AUDIT_TYPES), (someone, rows, auditType) => {
        expect(holds(someone, [...rows, row("US")], terms(auditType))).toBe(false);
      }),
    );
  });

  it("finds a user in one platform's audit at most", () => {
    fc.assert(
      fc.property(anyUser, fc.array(anyRow), fc.constantFrom(...AUDIT_TYPES), (someone, rows, auditType) => {
        const found = ["US", "EU", "APAC"].filter((platform) => holds(someone, rows, terms(auditType, platform)));
        expect(found.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("does not depend on the order of the rows", () => {
    fc.assert(
      fc.property(anyUser, fc.array(anyRow), fc.constantFrom(...AUDIT_TYPES), (someone, rows, auditType) => {
        expect(holds(someone, rows.toReversed(), terms(auditType))).toBe(holds(someone, rows, terms(auditType)));
      }),
    );
  });
});
