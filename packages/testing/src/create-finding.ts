import type { Database, Prisma } from "@drumline/db";

const LONG_AGO = new Date("2024-01-01T00:00:00Z");

/** A finding of the user audit that nobody has decided about: a user of the pool, who is on platform EU no more. Its id. */
export async function createFinding(
  db: Database,
  username: string,
  changes: Partial<Prisma.UserAuditUncheckedCreateInput> = {},
): Promise<bigint> {
  const { id } = await db.userAudit.create({
    data: {
      auditType: "UserNoLongerInPlatform",
      platform: "EU",
      username,
      awsEnabled: true,
      userCreatedAt: LONG_AGO,
      identifiedAt: LONG_AGO,
      lastSeenAt: LONG_AGO,
      cycleId: 1n,
      lastCycleId: 1n,
      ...changes,
    },
  });
  return id;
}
