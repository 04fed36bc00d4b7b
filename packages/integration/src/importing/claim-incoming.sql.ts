import type { JsonObject } from "@drumline/core/task";
import { claimedFor, type Database, isClaimedBy, isFreeFor, Prisma, unclaimed } from "@drumline/db";

/** One run at a time reads an incoming configuration: where it goes on; null where another run reads it. */
export async function claimIncoming(
  db: Database,
  incomingId: bigint,
  { runId, leaseSeconds, at }: { readonly runId: string; readonly leaseSeconds: number; readonly at: Date },
): Promise<{ readonly position: JsonObject | null } | null> {
  await db.$executeRaw(Prisma.sql`
    INSERT INTO integration_cursor (incoming_id, updated_at) VALUES (${incomingId}, ${at}) ON CONFLICT (incoming_id) DO NOTHING`);
  const [row] = await db.$queryRaw<{ position: JsonObject | null }[]>(Prisma.sql`
    UPDATE integration_cursor SET ${claimedFor(runId, leaseSeconds)}
    WHERE incoming_id = ${incomingId} AND ${isFreeFor(runId)} RETURNING position`);
  return row ?? null;
}

export async function releaseIncoming(db: Database, incomingId: bigint, runId: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE integration_cursor SET ${unclaimed} WHERE incoming_id = ${incomingId} AND ${isClaimedBy(runId)}`);
}
