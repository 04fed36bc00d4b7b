import type { TestDatabase } from "@drumline/testing";

/** A beat and a worker that live, without which the api says that it is not ready. */
export async function seedHeartbeats({ db }: TestDatabase): Promise<void> {
  for (const kind of ["beat", "worker"])
    await db.$executeRaw`
      INSERT INTO process_heartbeat (id, kind, host, pid, started_at, beat_at)
      VALUES (${`${kind}@test:1`}, ${kind}, 'test', 1, now() - interval '3 hours', now() + interval '1 hour')
      ON CONFLICT DO NOTHING`;
}
