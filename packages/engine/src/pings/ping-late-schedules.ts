import type { Clock } from "@drumline/core/clock";
import type { Database } from "@drumline/db";

import { loadLateOccurrences } from "../liveness/late-occurrences.ts";
import { claimLatePings, hasPingUrls } from "./late-pings.sql.ts";
import type { Pings } from "./pings.ts";

/**
 * Tells the ping URLs of schedules that are late, by the rules of `/health/ready`, each late occurrence once, whichever
 * worker notices it. Workers do it, for they alone call out: a beat keeps the time and waits for nobody outside. Where no
 * worker lives nothing is said, and the silence is what the other side listens for.
 */
export async function pingLateSchedules({
  db,
  clock,
  pings,
}: {
  readonly db: Database;
  readonly clock: Clock;
  readonly pings: Pings;
}): Promise<void> {
  if (!(await hasPingUrls(db))) return;
  const late = new Map((await loadLateOccurrences(db, clock.now())).map((each) => [each.schedule, each]));
  if (late.size === 0) return;
  for (const { key, pingUrl } of await claimLatePings(db, [...late.values()])) {
    const { dueAt, lateMs } = late.get(key)!;
    const seconds = Math.round(lateMs / 1_000);
    const text = `${key} was due at ${dueAt.toISOString()} and is not done ${seconds} s later. /health/ready says why.`;
    pings.send({ url: pingUrl, signal: "fail", text });
  }
}
