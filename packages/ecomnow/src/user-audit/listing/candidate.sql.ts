import { type Database, Prisma, type Transaction } from "@drumline/db";
import type { CognitoUser } from "@drumline/outbound/aws";

/** A user whom the audit finds, if the listing comes to its end. */
export interface Candidate extends CognitoUser {
  readonly lastLoginAt: Date | null;
  /** Other platforms that list the user. */
  readonly elsewhere: readonly string[];
}

/** Keeps them aside: nothing counts before the listing is complete. */
export async function stageCandidates(db: Database, runId: string, candidates: readonly Candidate[]): Promise<void> {
  if (candidates.length === 0) return;
  const rows = candidates.map(({ username, sub, email, enabled, createdAt, lastLoginAt, elsewhere }) => ({
    username,
    sub,
    email,
    enabled,
    created_at: createdAt,
    last_login_at: lastLoginAt,
    elsewhere,
  }));
  await db.$executeRaw(Prisma.sql`
    INSERT INTO user_audit_candidate (run_id, username, aws_sub, email, aws_enabled, user_created_at, last_login_at, elsewhere)
    SELECT DISTINCT ON (username) ${runId}::uuid, username, sub, email, enabled, created_at, last_login_at, elsewhere
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS found(
      username text, sub text, email text, enabled boolean, created_at timestamptz, last_login_at timestamptz, elsewhere text[])
    ON CONFLICT (run_id, username) DO UPDATE SET
      aws_sub = excluded.aws_sub, email = excluded.email, aws_enabled = excluded.aws_enabled,
      user_created_at = excluded.user_created_at, last_login_at = excluded.last_login_at, elsewhere = excluded.elsewhere`);
}

/** Also those of runs that died days ago. */
export async function dropCandidates(db: Database | Transaction, runId: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    DELETE FROM user_audit_candidate WHERE run_id = ${runId}::uuid OR staged_at < now() - interval '2 days'`);
}

/** How many of them are open findings already, for a dry run that keeps nothing aside. */
export async function findOpenNames(
  db: Database,
  { auditType, platform }: { auditType: string; platform: string },
  usernames: readonly string[],
): Promise<Set<string>> {
  if (usernames.length === 0) return new Set();
  const rows = await db.$queryRaw<{ username: string }[]>(Prisma.sql`
    SELECT username FROM user_audit
    WHERE audit_type = ${auditType}::user_audit_type AND platform = ${platform} AND closed_at IS NULL
      AND username = ANY(${[...usernames]}::text[])`);
  return new Set(rows.map(({ username }) => username));
}
