import type { JsonObject } from "@drumline/core/task";
import { toStorableJson } from "@drumline/core/text";
import { type Database, Prisma } from "@drumline/db";

export interface Heartbeat {
  readonly id: string;
  readonly kind: string;
  readonly host: string;
  readonly pid: number;
  readonly info: JsonObject;
}

/** The database's clock, so that the ages of heartbeats from many machines can be compared. Rows of the dead go after a day. */
export async function saveHeartbeat(db: Database, { id, kind, host, pid, info }: Heartbeat): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    WITH forgotten AS (DELETE FROM process_heartbeat WHERE beat_at < now() - interval '1 day')
    INSERT INTO process_heartbeat (id, kind, host, pid, started_at, beat_at, info)
    VALUES (${id}, ${kind}, ${host}, ${pid}, now(), now(), ${JSON.stringify(toStorableJson(info))}::jsonb)
    ON CONFLICT (id) DO UPDATE SET beat_at = now(), info = excluded.info`);
}

export async function deleteHeartbeat(db: Database, id: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`DELETE FROM process_heartbeat WHERE id = ${id}`);
}
