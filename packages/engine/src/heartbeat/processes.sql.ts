import { type Database, Prisma, type Transaction } from "@drumline/db";

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

export async function loadProcesses(db: Database | Transaction): Promise<ProcessRow[]> {
  return db.$queryRaw<ProcessRow[]>(Prisma.sql`
    SELECT id, kind, host, pid, started_at AS "startedAt", info,
           (extract(epoch FROM clock_timestamp() - beat_at) * 1000)::float8 AS "silentMs"
    FROM process_heartbeat ORDER BY kind, started_at, id`);
}
