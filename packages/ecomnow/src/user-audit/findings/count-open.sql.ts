import { type Database, Prisma } from "@drumline/db";

import type { AuditTerms } from "../judge-user.ts";

export async function countOpen(db: Database, { auditType, platform }: AuditTerms): Promise<number> {
  const [row] = await db.$queryRaw<{ open: number }[]>(Prisma.sql`
    SELECT count(*)::int AS open FROM user_audit
    WHERE audit_type = ${auditType}::user_audit_type AND platform = ${platform} AND closed_at IS NULL`);
  return row!.open;
}
