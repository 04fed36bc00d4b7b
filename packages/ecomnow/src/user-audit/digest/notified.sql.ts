import { type Database, Prisma } from "@drumline/db";

/** Findings whose digest reached somebody are notified; derived from the mail, so that a crash in between loses nothing. */
export async function markNotified(db: Database, keyPrefix: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE user_audit finding SET notified_at = sent.at
    FROM (
      SELECT split_part(key, '/', 4)::bigint AS cycle_id, min(settled_at) AS at FROM mail
      WHERE starts_with(key, ${keyPrefix}) AND status = 'SENT' GROUP BY 1
    ) sent
    WHERE finding.digest_cycle_id = sent.cycle_id AND finding.notified_at IS NULL`);
}
