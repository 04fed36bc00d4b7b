import type { JsonObject } from "@drumline/core/task";
import { toStorableJson } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";

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

/** A beat, worker or api that said it lives. */
export interface ProcessRow {
  readonly id: string;
  readonly kind: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: Date;
  /** By the database's clock, which wrote the heartbeat. */
  readonly silentMs: number;
  /** What the process said of itself; from a release that may be older or newer than this one. */
  readonly info: unknown;
}

/** Every process that showed life within the last day, dead ones too; ordered by kind and start. */
export async function loadProcesses(db: Database | Transaction): Promise<ProcessRow[]> {
  return db.$queryRaw<ProcessRow[]>(Prisma.sql`
    SELECT id, kind, host, pid, started_at AS "startedAt", info,
           (extract(epoch FROM clock_timestamp() - beat_at) * 1000)::float8 AS "silentMs"
    FROM process_heartbeat ORDER BY kind, started_at, id`);
}
