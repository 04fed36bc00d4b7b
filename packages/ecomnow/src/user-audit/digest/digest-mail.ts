import type { NewMail } from "@drumline/outbound/mail";

import type { DigestEntry } from "../findings/finding.sql.ts";
import type { AuditTerms } from "../evaluate-user.ts";

export const MOST_SHOWN = 500;

export interface Digest {
  readonly terms: AuditTerms;
  readonly cycleId: bigint;
  readonly entries: readonly DigestEntry[];
  readonly total: number;
}

type Audit = Pick<AuditTerms, "auditType" | "platform">;

/** What the keys of an audit's digests begin with. */
export const digestPrefix = ({ auditType, platform }: Audit): string => `user-audit-digest/${auditType}/${platform}/`;

/** The digest of a cycle's new findings, once for each recipient. */
export function toDigestMails(digest: Digest, recipients: readonly string[]): NewMail[] {
  const { terms, cycleId, total } = digest;
  const subject = `User audit ${terms.platform}: ${total} ${total === 1 ? "user" : "users"} ${SAYING[terms.auditType](terms)}`;
  const text = toText(digest);
  const unique = [...new Set(recipients.map((recipient) => recipient.trim().toLowerCase()))];
  return unique.map((recipient) => ({
    key: `${digestPrefix(terms)}${cycleId}/${recipient}`,
    kind: "user-audit-digest",
    recipient,
    subject,
    text,
  }));
}

const SAYING: Readonly<Record<AuditTerms["auditType"], (terms: AuditTerms) => string>> = {
  UserNoLongerInPlatform: ({ platform }) => `in AWS Cognito and no longer in ${platform}`,
  UserNotEnabledInAnyPlatform: () => "in AWS Cognito and not enabled in any platform",
  UserNotLoggedInPlatform: ({ months }) => `without a login for ${months} months`,
};

function toText({ terms, cycleId, entries, total }: Digest): string {
  const more = total - entries.length;
  return [
    `Newly found by ${terms.auditType} in ${terms.platform}, cycle ${cycleId}, ${terms.now.toISOString()}:`,
    "",
    ...entries.map(toLine),
    ...(more > 0 ? [`… and ${more} more.`] : []),
    "",
    "Nothing has been done about them. Choose an action for each, and PerformUserAudit will perform it:",
    `  GET   /api/v1/user-audits?auditType=${terms.auditType}&platform=${terms.platform}&state=open`,
    '  PATCH /api/v1/user-audits/{id}  { "action": "DISABLE_IN_AWS" }',
    "",
    "Users who were in an earlier digest are not listed again.",
  ].join("\n");
}

function toLine({ username, email, userCreatedAt, lastLoginAt, awsEnabled, elsewhere }: DigestEntry): string {
  const login = lastLoginAt === null ? "never logged in" : `last login ${toDay(lastLoginAt)}`;
  const state = awsEnabled ? "" : ", disabled in AWS";
  const others = elsewhere === null || elsewhere.length === 0 ? "" : `, listed in ${elsewhere.join(", ")}`;
  return `- ${username}${email === null || email === username ? "" : ` <${email}>`}, created ${toDay(userCreatedAt)}, ${login}${state}${others}`;
}

const toDay = (instant: Date): string => instant.toISOString().slice(0, 10);
