import { systemClock } from "@drumline/core/clock";
import { loadProblem, loadProblems, type ProblemRow, resolveProblem } from "@drumline/problems";
import type { Command } from "commander";

import { readEnv } from "../config.ts";
import { ExitCode, Finished, WrongUsage } from "../exit.ts";
import { formatShort } from "../output/instant.ts";
import { toJson } from "../output/list.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { whoSitsHere } from "../who-sits-here.ts";
import { withDatabases } from "../with-databases.ts";

interface StoreOptions {
  readonly envFile?: string;
  readonly json?: boolean;
}

interface ListOptions extends StoreOptions {
  readonly kind?: string;
  readonly context?: string;
  readonly subject?: string;
  readonly all?: boolean;
  readonly limit: string;
}

interface ResolveOptions {
  readonly note: string;
  readonly by: string;
  readonly accept?: boolean;
}

const MOST_SHOWN = 1_000;
const REASON_SHOWN = 100;

export function configureProblems(command: Command): void {
  command
    .argument("[id]", "one problem, with what was found and what can be done about it")
    .option("--kind <kind>", "only problems of this kind")
    .option("--context <context>", "only problems of oms, ecomnow, …")
    .option("--subject <key>", "only problems of this order number, record id, …: the whole key")
    .option("--all", "closed ones too")
    .option("--limit <number>", "how many, newest first", "50")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--json", "an array of objects, or one object")
    .addHelpText(
      "after",
      "\nExits with 1 for an id that is not there or cannot be resolved; open problems are no error.",
    )
    .action((id: string | undefined, options: ListOptions) =>
      id === undefined ? listProblems(options) : showProblem(id, options),
    );
  command
    .command("resolve")
    .copyInheritedSettings(command)
    .description("close a problem; it opens again when it is found again")
    .argument("<id>")
    .requiredOption("--note <text>", "what was done about it")
    .option("--by <name>", "who settles it", whoSitsHere())
    .option("--accept", "it may stay as it is: the same reason does not open it again")
    .action((id: string, options: ResolveOptions, sub: Command) =>
      // The parent takes --env-file and --json, wherever they stand.
      resolveOne(id, options, sub.optsWithGlobals<StoreOptions>()),
    );
}

async function listProblems({ kind, context, subject, all = false, limit, ...options }: ListOptions): Promise<void> {
  const count = Number(limit);
  if (!/^\d+$/.test(limit) || count < 1 || count > MOST_SHOWN)
    throw new WrongUsage(`--limit ${limit}: expected a whole number from 1 to ${MOST_SHOWN}`);
  const filter = { kind, context, subjectKey: subject, ...(all ? {} : { open: true }) };
  const problems = await withDatabases(readEnv(options.envFile), ({ db }) => loadProblems(db, filter, null, count));
  print(options.json === true ? toJson(problems, 2) : formatTable(HEADER, problems.map(toCells)));
}

const HEADER = ["id", "severity", "kind", "subject", "since", "seen", "state", "reason"];

function toCells(problem: ProblemRow): string[] {
  const { id, severity, kind, subjectType, subjectKey, openedAt, seenCount, closedAt, closedBy, reason } = problem;
  return [
    String(id),
    severity,
    kind,
    `${subjectType} ${subjectKey}`,
    formatShort(openedAt, "UTC"),
    `${seenCount}×`,
    closedAt === null ? "open" : `closed${closedBy === null ? "" : ` by ${closedBy}`}`,
    reason.replaceAll(/\s+/g, " ").slice(0, REASON_SHOWN),
  ];
}

async function showProblem(text: string, { envFile, json = false }: StoreOptions): Promise<void> {
  const id = parseId(text);
  const problem = await withDatabases(readEnv(envFile), ({ db }) => loadProblem(db, id));
  if (problem === null) throw notThere(id);
  print(json ? toJson(problem, 2) : toText(problem));
}

async function resolveOne(
  text: string,
  { note, by, accept: accepted = false }: ResolveOptions,
  { envFile, json = false }: StoreOptions,
): Promise<void> {
  const id = parseId(text);
  if (note.trim() === "") throw new WrongUsage("--note is empty: say what was done about it");
  const resolution = { id, note, by, accepted, at: systemClock.now() };
  const { outcome, problem } = await withDatabases(readEnv(envFile), ({ db }) => resolveProblem(db, resolution));
  if (problem === null) throw notThere(id);
  if (outcome !== "RESOLVED") {
    const when = problem.closedBy === null ? "when its cause was gone" : `by ${problem.closedBy}`;
    printAside(`problem ${id} was closed ${when} already, at ${problem.closedAt?.toISOString()}`);
    throw new Finished(ExitCode.foundProblems);
  }
  print(json ? toJson(problem, 2) : `problem ${id} is closed`);
}

function parseId(text: string): bigint {
  if (!/^\d{1,18}$/.test(text)) throw new WrongUsage(`"${text}" is no id of a problem; drumline problems lists them`);
  return BigInt(text);
}

function notThere(id: bigint): Finished {
  printAside(`there is no problem ${id}; it may have been deleted (RETENTION_PROBLEMS_DAYS)`);
  return new Finished(ExitCode.foundProblems);
}

function toText(problem: ProblemRow): string {
  return Object.entries(problem)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => {
      const shown =
        value instanceof Date ? value.toISOString() : typeof value === "object" ? toJson(value, 2) : String(value);
      return `${name.padEnd(14)} ${shown}`;
    })
    .join("\n");
}
