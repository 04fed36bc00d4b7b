import { setTimeout as wait } from "node:timers/promises";

import type { Command } from "commander";

import { closestName } from "@drumline/core/errors";
import { type JsonObject, POLICY_SCHEMAS, type TaskDefinition } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { loadChunks, loadRun, type RunDetail, startRuns } from "@drumline/engine";
import { catalogue, findTask, InvalidTaskArgs, scheduleEntries } from "@drumline/tasks";

import { readEnv } from "../config.ts";
import { ExitCode, Finished, WrongUsage } from "../exit.ts";
import { print } from "../output/print.ts";
import { withDatabases } from "../with-databases.ts";

interface RunOptions {
  readonly args?: string;
  readonly dryRun?: boolean;
  readonly limit?: string;
  readonly priority?: string;
  readonly wait?: boolean;
  readonly envFile?: string;
  readonly json?: boolean;
}

export function configureRun(command: Command): void {
  command
    .argument("<task>", "a task's name, or the key of its schedule")
    .option("--args <json>", "the task's arguments as a JSON object; default: its entry's own")
    .option("--dry-run", "say what it would do, and do nothing")
    .option("--limit <number>", "records it may take")
    .option("--priority <number>", "its place among runs that wait: 0 is first; default: the task's own")
    .option("--wait", "wait for its end, and for its chunks'; exit 1 unless it finished")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--json", "an object")
    .addHelpText("after", "\nNo schedule moves: the next occurrence stays where it is.")
    .action(run);
}

async function run(asked: string, options: RunOptions): Promise<void> {
  const definition = readTask(asked);
  const args = options.args === undefined ? (definition.entry?.kwargs ?? {}) : parseArgs(options.args);
  const limit = options.limit === undefined ? {} : { limit: parseLimit(options.limit) };
  const policies = options.priority === undefined ? {} : { policies: { priority: parsePriority(options.priority) } };
  await withDatabases(readEnv(options.envFile), async (databases) => {
    const request = { definition, args, dryRun: options.dryRun ?? false, requestedBy: "cli", ...limit, ...policies };
    const [answer] = await refuseInvalid(startRuns(databases, [request]));
    if (answer!.kind === "duplicate") {
      say(
        options,
        { runId: answer!.runId, status: "DUPLICATE" },
        `not started: run ${answer!.runId} of the same task and arguments still waits`,
      );
      throw new Finished(ExitCode.foundProblems);
    }
    if (options.wait !== true) {
      say(
        options,
        { runId: answer!.runId, status: "SCHEDULED" },
        `started run ${answer!.runId}; drumline runs ${answer!.runId} shows how it goes`,
      );
      return;
    }
    const ended = await untilEnded(databases.db, answer!.runId);
    const { status, result, error } = ended;
    say(
      options,
      { runId: ended.id, status, result, error, problemCount: ended.problemCount },
      `${status} ${error ?? JSON.stringify(result)}`,
    );
    if (status !== "FINISHED") throw new Finished(ExitCode.foundProblems);
  });
}

function readTask(asked: string): TaskDefinition {
  const byKey = scheduleEntries().find(({ entry }) => entry.key === asked);
  const task = findTask(asked) ?? (byKey === undefined ? undefined : findTask(byKey.name));
  if (task === undefined) {
    const meant = closestName(asked, [
      ...catalogue.map(({ name }) => name),
      ...scheduleEntries().map(({ entry }) => entry.key),
    ]);
    throw new WrongUsage(
      `there is no task "${asked}"${meant === null ? "; docs/tasks.md lists them" : `; did you mean ${meant}?`}`,
    );
  }
  if (!task.built) throw new WrongUsage(`${task.name} is in the catalogue, but not built yet: no worker can run it`);
  return task;
}

function parseArgs(raw: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(raw);
    if (parsed !== null && typeof parsed === "object" && !Array.isArray(parsed)) return parsed as JsonObject;
  } catch (error) {
    throw new WrongUsage(`--args ${raw}: not JSON ; expected an object such as '{"older_than": 120}'`, {
      cause: error,
    });
  }
  throw new WrongUsage(`--args ${raw}: expected a JSON object such as '{"older_than": 120}'`);
}

function parseLimit(raw: string): number {
  if (/^[1-9]\d{0,8}$/.test(raw)) return Number(raw);
  throw new WrongUsage(`--limit ${raw}: expected a whole number from 1 on`);
}

function parsePriority(raw: string): number {
  const priority = /^\d{1,7}$/.test(raw) ? POLICY_SCHEMAS.priority.safeParse(Number(raw)) : null;
  if (priority?.success) return priority.data;
  throw new WrongUsage(`--priority ${raw}: expected a whole number from 0, which is first, to 2097151`);
}

async function refuseInvalid<Answer>(starting: Promise<Answer>): Promise<Answer> {
  try {
    return await starting;
  } catch (error) {
    if (error instanceof InvalidTaskArgs) throw new WrongUsage(error.message, { cause: error });
    throw error;
  }
}

const LOOK_EVERY_MS = 200;
const OPEN = new Set(["SCHEDULED", "PROCESSING"]);
const MOST_CHUNKS = 64;

/** The run once it and all its chunks have ended. */
async function untilEnded(db: Database, id: string): Promise<RunDetail> {
  for (;;) {
    const found = (await loadRun(db, id))!;
    const chunks = await loadChunks(db, id, MOST_CHUNKS);
    if (![found, ...chunks].some(({ status }) => OPEN.has(status))) return found;
    await wait(LOOK_EVERY_MS);
  }
}

function say({ json = false }: RunOptions, facts: object, sentence: string): void {
  print(json ? JSON.stringify(facts, null, 2) : sentence);
}
