import { hostname } from "node:os";

import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import { watchEventLoop } from "@drumline/core/process";
import type { JsonObject } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import { deleteHeartbeat, saveHeartbeat } from "./heartbeat.sql.ts";

export type ProcessKind = "beat" | "worker" | "api";

export interface HeartbeatOptions {
  readonly db: Database;
  readonly log: Log;
  readonly kind: ProcessKind;
  readonly everyMs: number;
  /** Facts for the operator: queues, concurrency, how much is under way. */
  readonly info: () => JsonObject;
}

export const toProcessId = (kind: ProcessKind): string => `${kind}@${hostname()}:${process.pid}`;

/** A block of the event loop that is worth a line: a quarter of the shortest lease, or ten lost starts. */
const LONG_BLOCK_MS = 1_000;

const inUse = new Set<string>();

/** Two of a kind in one process, as tests and benches start them, are two rows. */
function takeId(kind: ProcessKind): string {
  const base = toProcessId(kind);
  let id = base;
  for (let no = 2; inUse.has(id); no += 1) id = `${base}#${no}`;
  inUse.add(id);
  return id;
}

/**
 * Says that this process lives, so that a silent beat is noticed within one grace period (design rule 8), and how late its
 * event loop runs (`eventLoop`, an `EventLoopDelay`).
 */
export async function startHeartbeat({
  db,
  log,
  kind,
  everyMs,
  info,
}: HeartbeatOptions): Promise<{ stop(): Promise<void> }> {
  const id = takeId(kind);
  let underWay: Promise<void> | null = null;
  const watch = watchEventLoop();
  const beat = () => {
    const eventLoop = watch.look();
    if (eventLoop.maxMs > LONG_BLOCK_MS)
      log.warn({ blockedMs: eventLoop.maxMs }, "the event loop stood still: a step of this process took too long");
    const own = { ...info(), eventLoop: { ...eventLoop } };
    return saveHeartbeat(db, { id, kind, host: hostname(), pid: process.pid, info: own });
  };
  await beat();
  const timer = setInterval(() => {
    underWay ??= beat()
      .catch((error: unknown) => log.warn({ error: messageOf(error) }, "heartbeat not written; trying again"))
      .finally(() => {
        underWay = null;
      });
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      watch.stop();
      await underWay;
      await deleteHeartbeat(db, id).catch(() => {});
      inUse.delete(id);
    },
  };
}
