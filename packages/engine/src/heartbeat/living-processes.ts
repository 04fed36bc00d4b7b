import { SECOND_MS } from "@drumline/core/clock";
import type { Database, Transaction } from "@drumline/db";

import { loadProcesses, type ProcessRow } from "./processes.sql.ts";

/** A heartbeat older than this belongs to a process that died without saying so. */
export const SILENT_AFTER_MS = 30 * SECOND_MS;

export const isLiving = ({ silentMs }: Pick<ProcessRow, "silentMs">): boolean => silentMs <= SILENT_AFTER_MS;

/** What the living processes are able to do, by what they say of themselves. */
export interface Fleet {
  /** The highest version of the catalogue that a living beat has; 0 when none says one. */
  readonly newestCatalogue: number;
  /** Whether a living worker takes runs of this task from this queue. */
  serves(task: string, queue: string): boolean;
}

export async function loadFleet(db: Database | Transaction): Promise<Fleet> {
  return toFleet(await loadProcesses(db));
}

export function toFleet(processes: readonly ProcessRow[]): Fleet {
  const living = processes.filter(isLiving);
  const infos = (kind: string) => living.filter((process) => process.kind === kind).map(({ info }) => toFields(info));
  const workers = infos("worker").map(({ queues, tasks }) => ({ queues: toNames(queues), tasks: toNames(tasks) }));
  return {
    newestCatalogue: Math.max(0, ...infos("beat").map(({ catalogue }) => Number(catalogue) || 0)),
    // A worker of a release that does not list its tasks, or its queues, counts as one that has all.
    serves: (task, queue) =>
      workers.some(({ queues, tasks }) => (queues?.has(queue) ?? true) && (tasks?.has(task) ?? true)),
  };
}

const toFields = (info: unknown): Readonly<Record<string, unknown>> =>
  typeof info === "object" && info !== null ? (info as Record<string, unknown>) : {};

const toNames = (list: unknown): ReadonlySet<unknown> | null => (Array.isArray(list) ? new Set(list) : null);
