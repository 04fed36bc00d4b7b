import { type Database, Prisma } from "@drumline/db";

/** The newest open problems with their versions: one that is no longer among them is closed. */
export function loadOpenVersions(db: Database, limit: number): Promise<{ id: string; version: string }[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT id::text, version::text FROM problem WHERE closed_at IS NULL ORDER BY problem.id DESC LIMIT ${limit}`);
}
