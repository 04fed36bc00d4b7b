import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { AuditTerms } from "../evaluate-user.ts";

/** Which findings, which run's candidates, and the cycle that concludes. */
export interface Conclusion extends AuditTerms {
  readonly runId: string;
  readonly cycleId: bigint;
  /** Whether the cycle has a digest. */
  readonly tells: boolean;
}

const openOf = ({ auditType, platform }: Conclusion) => Prisma.sql`
  finding.audit_type = ${auditType}::user_audit_type AND finding.platform = ${platform} AND finding.closed_at IS NULL`;

const months = ({ auditType, months: given }: Conclusion) => (auditType === "UserNotLoggedInPlatform" ? given : null);

/** Findings that were seen again; a new user under an old name is not the one who was found. */
export function refreshFindings(tx: Transaction, conclusion: Conclusion): Promise<number> {
  return tx.$executeRaw(Prisma.sql`
    UPDATE user_audit finding SET
      last_cycle_id = ${conclusion.cycleId}, last_seen_at = ${conclusion.now}, email = candidate.email,
      aws_sub = candidate.aws_sub, aws_enabled = candidate.aws_enabled, last_login_at = candidate.last_login_at,
      months = ${months(conclusion)}::int, elsewhere = candidate.elsewhere
    FROM user_audit_candidate candidate
    WHERE candidate.run_id = ${conclusion.runId}::uuid AND ${openOf(conclusion)}
      AND finding.username = candidate.username
      AND (finding.aws_sub IS NULL OR candidate.aws_sub IS NULL OR finding.aws_sub = candidate.aws_sub)`);
}

/** Findings that no longer hold: not seen by this cycle, which saw everybody. */
export function closeFindings(tx: Transaction, conclusion: Conclusion): Promise<number> {
  return tx.$executeRaw(Prisma.sql`
    UPDATE user_audit finding SET closed_at = ${conclusion.now}, version = version + 1
    WHERE ${openOf(conclusion)} AND finding.last_cycle_id <> ${conclusion.cycleId}`);
}

export function openFindings(tx: Transaction, conclusion: Conclusion): Promise<number> {
  const { auditType, platform, now, cycleId, tells } = conclusion;
  return tx.$executeRaw(Prisma.sql`
    INSERT INTO user_audit (
      audit_type, platform, username, aws_sub, email, aws_enabled, user_created_at, last_login_at, months, identified_at,
      cycle_id, last_cycle_id, last_seen_at, elsewhere, digest_cycle_id)
    SELECT
      ${auditType}::user_audit_type, ${platform}, username, aws_sub, email, aws_enabled, user_created_at, last_login_at,
      ${months(conclusion)}::int, ${now}, ${cycleId}, ${cycleId}, ${now}, elsewhere,
      ${tells ? cycleId : null}::bigint
    FROM user_audit_candidate candidate
    WHERE run_id = ${conclusion.runId}::uuid
      AND NOT EXISTS (SELECT FROM user_audit finding WHERE ${openOf(conclusion)} AND finding.username = candidate.username)
    ORDER BY username`);
}

export interface DigestEntry {
  readonly username: string;
  readonly email: string | null;
  readonly userCreatedAt: Date;
  readonly lastLoginAt: Date | null;
  readonly awsEnabled: boolean;
  /** Other platforms that list the user. */
  readonly elsewhere: readonly string[] | null;
}

/** This cycle's digest: its new findings and older ones that nobody has been told of; the first by name, and how many. */
export async function takeIntoDigest(
  tx: Transaction,
  conclusion: Conclusion,
  shown: number,
): Promise<{ entries: DigestEntry[]; total: number }> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE user_audit finding SET digest_cycle_id = ${conclusion.cycleId}
    WHERE ${openOf(conclusion)} AND digest_cycle_id IS NULL`);
  const [{ total } = { total: 0 }] = await tx.$queryRaw<{ total: number }[]>(
    Prisma.sql`SELECT count(*)::int AS total FROM user_audit WHERE digest_cycle_id = ${conclusion.cycleId}`,
  );
  const entries = await tx.$queryRaw<DigestEntry[]>(Prisma.sql`
    SELECT username, email, user_created_at AS "userCreatedAt", last_login_at AS "lastLoginAt", aws_enabled AS "awsEnabled", elsewhere
    FROM user_audit WHERE digest_cycle_id = ${conclusion.cycleId} ORDER BY username LIMIT ${shown}`);
  return { entries, total };
}

/** Findings whose digest reached somebody are notified; derived from the mail, so that a crash in between loses nothing. */
export async function markNotified(db: Database | Transaction, keyPrefix: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE user_audit finding SET notified_at = sent.at
    FROM (
      SELECT split_part(key, '/', 4)::bigint AS cycle_id, min(settled_at) AS at FROM mail
      WHERE starts_with(key, ${keyPrefix}) AND status = 'SENT' GROUP BY 1
    ) sent
    WHERE finding.digest_cycle_id = sent.cycle_id AND finding.notified_at IS NULL`);
}

export async function countOpen(db: Database, { auditType, platform }: AuditTerms): Promise<number> {
  const [row] = await db.$queryRaw<{ open: number }[]>(Prisma.sql`
    SELECT count(*)::int AS open FROM user_audit
    WHERE audit_type = ${auditType}::user_audit_type AND platform = ${platform} AND closed_at IS NULL`);
  return row!.open;
}
