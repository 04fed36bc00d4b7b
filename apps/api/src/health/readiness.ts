import { SECOND_MS } from "@drumline/core/clock";
import type { LateOccurrence } from "@drumline/engine";

import type { Facts } from "./facts.ts";
import type { ProcessRow } from "./processes.sql.ts";

/** A heartbeat older than this belongs to a process that died without saying so. */
export const SILENT_AFTER_MS = 30 * SECOND_MS;

/** Why work may not be getting done; the code is for programs, the message for people. */
export interface Reason {
  readonly code: "DATABASE_DOWN" | "QUEUES_DOWN" | "NO_BEAT" | "NO_WORKER" | "LATE";
  readonly message: string;
}

/** Looks at the facts for one kind of trouble; null when there is none. */
type Check = (facts: Facts) => Reason | null;

/** In the order in which people should read them: what causes others comes first. */
const CHECKS: readonly Check[] = [checkBeats, checkWorkers, checkLateness];

/** Every reason at once; none means that schedules fire and work gets done. */
export function findReasons(facts: Facts): Reason[] {
  return CHECKS.flatMap((check) => check(facts) ?? []);
}

export const isLiving = ({ silentMs }: Pick<ProcessRow, "silentMs">): boolean => silentMs <= SILENT_AFTER_MS;

const lives = ({ processes }: Facts, kind: string): boolean =>
  processes.some((process) => process.kind === kind && isLiving(process));

function checkBeats(facts: Facts): Reason | null {
  if (lives(facts, "beat")) return null;
  return {
    code: "NO_BEAT",
    message: `No beat has been heard of for ${SILENT_AFTER_MS / SECOND_MS} s: no schedule fires. Start one: npm run beat`,
  };
}

function checkWorkers(facts: Facts): Reason | null {
  if (lives(facts, "worker")) return null;
  return {
    code: "NO_WORKER",
    message: `No worker has been heard of for ${SILENT_AFTER_MS / SECOND_MS} s: runs wait. Start one: npm run worker`,
  };
}

function checkLateness({ late }: Facts): Reason | null {
  const [oldest] = late;
  return oldest === undefined ? null : { code: "LATE", message: lateMessage(oldest, late.length) };
}

function lateMessage({ schedule, dueAt, lateMs, waitsFor }: LateOccurrence, count: number): string {
  const others = count === 1 ? "" : `; ${count - 1} more are late`;
  return `${schedule} was due at ${dueAt.toISOString()} and has waited ${Math.round(lateMs / SECOND_MS)} s for a ${waitsFor}${others}`;
}
