import { SECOND_MS } from "@drumline/core/clock";
import type { Database, Transaction } from "@drumline/db";

import { loadProcesses, type ProcessRow } from "./heartbeat.sql.ts";

/** A heartbeat older than this belongs to a process that died without saying so. */
export const SILENT_AFTER_MS = 30 * SECOND_MS;

/** Whether a process has shown life within `SILENT_AFTER_MS`. */
export const isLiving = ({ silentMs }: Pick<ProcessRow, "silentMs">): boolean => silentMs <= SILENT_AFTER_MS;

/** What the living processes are able to do, by what they say of themselves. */
export interface LivingProcesses {
  /** The highest version of the catalogue that a living beat has; 0 when none says one. */
  readonly newestCatalogue: number;
  /** Whether a living worker takes runs of this task from this queue. */
  serves(task: string, queue: string): boolean;
}

/** What beats and workers that live now can do; one look at their heartbeats. */
export async function loadLivingProcesses(db: Database | Transaction): Promise<LivingProcesses> {
  return toLivingProcesses(await loadProcesses(db));
}

export function toLivingProcesses(processes: readonly ProcessRow[]): LivingProcesses {
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
