import { systemClock } from "@drumline/core/clock";
import type { Database } from "@drumline/db";
import { loadRun, loadRuns, type RunRow } from "@drumline/engine";
import { type Command, Option } from "commander";

import { ExitCode, Finished, WrongUsage } from "./exit.ts";
import { parseCount } from "./output/list.ts";
import { printAside } from "./output/print.ts";
import { parseSince } from "./output/when.ts";
import { parseRunId } from "./run-id.ts";

export interface SelectOptions {
  readonly task?: string;
  readonly schedule?: string;
  readonly status?: RunRow["status"];
  readonly error?: string;
  readonly since?: string;
  readonly max: string;
}

const PAGE = 500;
const MOST_RUNS = 10_000;
/** Runs that are looked through for those whose error holds a text. */
const MOST_READ = 100_000;

export const withRunSelection = (command: Command, statuses: readonly RunRow["status"][]): Command =>
  command
    .argument("[run...]", "ids of runs; or a filter instead")
    .option("--task <name>", "runs of this task")
    .option("--schedule <key>", "runs of this schedule")
    .addOption(
      new Option("--status <status>", `runs in this state; default: ${statuses.join(" and ")}`).choices(statuses),
    )
    .option("--error <text>", "runs whose error holds this text, in any case")
    .option("--since <when>", "runs created since: 30m, 2h, 7d, or ISO 8601")
    .option("--max <number>", "runs at most, the newest", "1000");

/**
 * The runs that are named, or those that match the filter; frozen here, so that what was shown is what is done.
 * @throws {WrongUsage} where neither is given, for then everything would match
 */
export async function selectRuns(
  db: Database,
  ids: readonly string[],
  options: SelectOptions,
  statuses: readonly RunRow["status"][],
): Promise<RunRow[]> {
  const { task, schedule, status, error, since } = options;
  const isFiltered = [task, schedule, status, error, since].some((part) => part !== undefined);
  if (ids.length > 0 && isFiltered) throw new WrongUsage("name runs or give a filter, not both");
  if (ids.length > 0) return loadNamed(db, ids.map(parseRunId));
  if (!isFiltered) throw new WrongUsage("name a run, or say which: --task, --schedule, --status, --error or --since");
  const max = parseCount("--max", options.max, MOST_RUNS);
  const from = since === undefined ? null : parseSince("--since", since, systemClock.now(), "UTC");
  const found: RunRow[] = [];
  for (const one of status === undefined ? statuses : [status])
    found.push(...(await loadMatching(db, { task, schedule, status: one }, { error, from, max: max - found.length })));
  if (found.length === max) printAside(`there may be more: --max ${max} is reached`);
  return found;
}

async function loadNamed(db: Database, ids: readonly string[]): Promise<RunRow[]> {
  const runs = await Promise.all(ids.map((id) => loadRun(db, id)));
  const missing = ids.filter((_id, index) => runs[index] === null);
  if (missing.length === 0) return runs as RunRow[];
  printAside(`there is no run ${missing.join(", ")}; it may have been pruned (LEDGER_RETENTION_DAYS)`);
  throw new Finished(ExitCode.foundProblems);
}

async function loadMatching(
  db: Database,
  filter: { task?: string | undefined; schedule?: string | undefined; status: string },
  { error, from, max }: { error?: string | undefined; from: Date | null; max: number },
): Promise<RunRow[]> {
  const matches = ({ error: own }: RunRow) =>
    error === undefined || (own ?? "").toLowerCase().includes(error.toLowerCase());
  const found: RunRow[] = [];
  let last: RunRow | null = null;
  for (let read = 0; found.length < max && read < MOST_READ; read += PAGE) {
    const start = last && { olderThan: { at: last.createdAt, id: last.id } };
    const page: RunRow[] = await loadRuns(db, { ...filter, by: "created" }, start, PAGE);
    const recent = page.filter(({ createdAt }) => from === null || createdAt >= from);
    found.push(...recent.filter(matches));
    last = page.at(-1) ?? null;
    if (page.length < PAGE || recent.length < page.length) break;
  }
  return found.slice(0, max);
}

/** `41 runs`, and what they are: how many of each task, with what they ended on. */
export function summarizeRuns(runs: readonly RunRow[]): string[][] {
  const groups = new Map<string, { run: RunRow; count: number }>();
  for (const run of runs) {
    const key = [run.task, run.status, firstLine(run.error)].join("\n");
    groups.set(key, { run, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  return [...groups.values()]
    .sort((left, right) => right.count - left.count)
    .map(({ run, count }) => [String(count), run.task, run.status, firstLine(run.error)]);
}

const firstLine = (error: string | null): string => (error ?? "").split("\n", 1)[0]!.slice(0, 100);
