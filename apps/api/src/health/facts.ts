import type { Database } from "@drumline/db";
import {
  loadDeadlyRuns,
  loadFlaggedSchedules,
  loadLateOccurrences,
  loadPeriodsInForce,
  loadProcesses,
  loadRecentDeaths,
  loadUnservedTasks,
} from "@drumline/engine";
import { countOpenProblems } from "@drumline/problems";

/**
 * What the ledger says of the work, one bounded question each, all asked at once. A new fact is a line here; what it
 * means for readiness is a check in `readiness.ts`, and for Prometheus a line in `gauges.ts`.
 */
const QUESTIONS = {
  processes: (db: Database) => loadProcesses(db),
  late: (db: Database, now: Date) => loadLateOccurrences(db, now),
  unserved: (db: Database) => loadUnservedTasks(db),
  flagged: (db: Database, now: Date) => loadFlaggedSchedules(db, now),
  deadly: (db: Database) => loadDeadlyRuns(db),
  deaths: (db: Database) => loadRecentDeaths(db),
  maintenance: (db: Database) => loadPeriodsInForce(db),
  problems: (db: Database) => countOpenProblems(db),
} satisfies Readonly<Record<string, (db: Database, now: Date) => Promise<unknown>>>;

export type Facts = { readonly [Name in keyof typeof QUESTIONS]: Awaited<ReturnType<(typeof QUESTIONS)[Name]>> };

export async function loadFacts(db: Database, now: Date): Promise<Facts> {
  const answers = Object.entries(QUESTIONS).map(async ([name, ask]) => [name, await ask(db, now)] as const);
  return Object.fromEntries(await Promise.all(answers)) as Facts;
}
