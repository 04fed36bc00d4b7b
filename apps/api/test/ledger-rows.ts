import { randomUUID } from "node:crypto";

import type { Database } from "@drumline/db";

const TASK = "oms.orders.tasks.get_orders_from_omnitron";

/** A schedule every ten seconds, with a grace of one minute, anchored at `anchorAt`. */
export async function insertSchedule(db: Database, key: string, anchorAt: Date): Promise<string> {
  const id = randomUUID();
  await db.schedule.create({
    data: {
      id,
      key,
      source: "ENV",
      task: TASK,
      triggerKind: "INTERVAL",
      everyMs: 10_000n,
      timeoutMs: 60_000n,
      anchorAt,
      contentHash: "",
    },
  });
  return id;
}

export interface RunFacts {
  readonly status: "SCHEDULED" | "FINISHED" | "FAILED";
  readonly createdAt: Date;
  readonly scheduleId?: string;
  readonly dueAt?: Date;
  readonly task?: string;
  readonly parentId?: string;
  readonly chunkNo?: number;
}

export async function insertRun(db: Database, facts: RunFacts): Promise<string> {
  const id = randomUUID();
  const finishedAt = facts.status === "SCHEDULED" ? null : facts.createdAt;
  await db.run.create({
    data: { id, finishedAt, task: TASK, queue: "oms", origin: "SCHEDULE", timeoutMs: 60_000n, ...facts },
  });
  return id;
}

export async function insertHeartbeat(db: Database, kind: "beat" | "worker", silentSeconds = 0): Promise<void> {
  await db.$executeRaw`
    INSERT INTO process_heartbeat (id, kind, host, pid, started_at, beat_at)
    VALUES (${`${kind}@test:1`}, ${kind}, 'test', 1, now(), now() - ${silentSeconds}::float8 * interval '1 second')`;
}
