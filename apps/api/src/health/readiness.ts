import { SECOND_MS } from "@drumline/core/clock";
import type { LateOccurrence } from "@drumline/engine";

import type { ProcessRow } from "./processes.sql.ts";

/** A heartbeat older than this belongs to a process that died without saying so. */
export const SILENT_AFTER_MS = 30 * SECOND_MS;

/** Why work may not be getting done; the code is for programs, the message for people. */
export interface Reason {
  readonly code: "DATABASE_DOWN" | "QUEUES_DOWN" | "NO_BEAT" | "NO_WORKER" | "LATE";
  readonly message: string;
}

export interface Sightings {
  /** Null when it answered. */
  readonly queueTrouble: string | null;
  readonly processes: readonly ProcessRow[];
  /** Oldest first. */
  readonly late: readonly LateOccurrence[];
}

export const isLiving = ({ silentMs }: Pick<ProcessRow, "silentMs">): boolean => silentMs <= SILENT_AFTER_MS;

/** Every reason at once; none means that schedules fire and work gets done. */
export function findReasons({ queueTrouble, processes, late }: Sightings): Reason[] {
  const lives = (kind: string) => processes.some((process) => process.kind === kind && isLiving(process));
  const reasons: Reason[] = [];
  if (queueTrouble !== null)
    reasons.push({ code: "QUEUES_DOWN", message: `The queue store does not answer: ${queueTrouble}` });
  if (!lives("beat")) {
    reasons.push({
      code: "NO_BEAT",
      message: `No beat has been heard of for ${SILENT_AFTER_MS / SECOND_MS} s: no schedule fires. Start one: npm run beat`,
    });
  }
  if (!lives("worker")) {
    reasons.push({
      code: "NO_WORKER",
      message: `No worker has been heard of for ${SILENT_AFTER_MS / SECOND_MS} s: runs wait. Start one: npm run worker`,
    });
  }
  const [oldest] = late;
  if (oldest !== undefined) reasons.push({ code: "LATE", message: lateMessage(oldest, late.length) });
  return reasons;
}

function lateMessage({ schedule, dueAt, lateMs, waitsFor }: LateOccurrence, count: number): string {
  const others = count === 1 ? "" : `; ${count - 1} more are late`;
  return `${schedule} was due at ${dueAt.toISOString()} and has waited ${Math.round(lateMs / SECOND_MS)} s for a ${waitsFor}${others}`;
}
