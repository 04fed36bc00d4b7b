import {
  abortBulkAction,
  BULK_OUTCOMES,
  BULK_STATES,
  type BulkAction,
  type BulkRow,
  loadBulkAction,
  loadBulkActions,
  loadBulkRows,
} from "@drumline/engine";
import { type Command, Option } from "commander";

import { readEnv } from "../config.ts";
import { ExitCode, Finished, WrongUsage } from "../exit.ts";
import { formatShort } from "../output/instant.ts";
import { type ListFormat, parseCount, printList, toJson, withListFormat } from "../output/list.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { recordChanges } from "../record-change.ts";
import { whoSitsHere } from "../who-sits-here.ts";
import { withDatabases } from "../with-databases.ts";

interface ListOptions extends ListFormat {
  readonly state?: (typeof BULK_STATES)[number];
  readonly limit: string;
  readonly envFile?: string;
}

interface ShowOptions {
  readonly outcome?: string;
  readonly limit: string;
  readonly json?: boolean;
  readonly envFile?: string;
}

interface AbortOptions {
  readonly by: string;
  readonly envFile?: string;
}

const MOST_SHOWN = 10_000;
const ENV_FILE = ["--env-file <file>", "read this file instead of .env; real variables still win"] as const;

export function configureBulk(command: Command): void {
  const sub = (name: string, about: string) => command.command(name).copyInheritedSettings(command).description(about);
  withListFormat(sub("list", "what was done to many at once, newest first"))
    .addOption(new Option("--state <state>", "only those in this state").choices(BULK_STATES))
    .option("--limit <number>", "how many at most", "20")
    .option(...ENV_FILE)
    .action(listActions);
  sub("show", "one of them, with what became of each row")
    .argument("<id>")
    .addOption(new Option("--outcome <outcome>", "only these rows").choices([...BULK_OUTCOMES, "WAITING"]))
    .option("--limit <number>", "how many rows at most", "100")
    .option("--json", "an object")
    .option(...ENV_FILE)
    .action(showAction);
  sub("abort", "end one: what was done stays, the rest is left")
    .argument("<id>")
    .option("--by <name>", "who ends it", whoSitsHere())
    .option(...ENV_FILE)
    .addHelpText("after", "\nExits with 1 where it is not there or has ended already.")
    .action(abort);
}

async function listActions(options: ListOptions): Promise<void> {
  const limit = parseCount("--limit", options.limit, MOST_SHOWN);
  const actions = await withDatabases(readEnv(options.envFile), ({ db }) =>
    loadBulkActions(db, { state: options.state }, null, limit),
  );
  printList(actions, options, ["id", "action", "state", "rows", "done", "skipped", "failed", "since", "by"], toCells);
}

const toCells = ({
  id,
  action,
  state,
  matched,
  done,
  skipped,
  failed,
  createdAt,
  requestedBy,
}: BulkAction): string[] => [
  id,
  action,
  state,
  String(matched),
  String(done),
  String(skipped),
  String(failed),
  formatShort(createdAt, "UTC"),
  requestedBy,
];

async function showAction(raw: string, { outcome, limit, json = false, envFile }: ShowOptions): Promise<void> {
  const id = parseId(raw);
  const count = parseCount("--limit", limit, MOST_SHOWN);
  const { action, rows } = await withDatabases(readEnv(envFile), async ({ db }) => ({
    action: await loadBulkAction(db, id),
    rows: await loadBulkRows(db, id, { outcome }, null, count),
  }));
  if (action === null) throw notThere(id);
  print(json ? toJson({ ...action, rows }, 2) : toText(action, rows));
}

function toText(action: BulkAction, rows: readonly BulkRow[]): string {
  const { state, matched, done, skipped, failed, requestedBy, abortRequestedBy, error, filter } = action;
  return [
    `${action.action}  ${state}  by ${requestedBy}${abortRequestedBy === null ? "" : `, aborted by ${abortRequestedBy}`}`,
    `${matched} rows: ${done} done, ${skipped} skipped, ${failed} failed`,
    `filter ${toJson(filter)}`,
    ...(error === null ? [] : [error]),
    "",
    formatTable(
      ["row", "outcome", "reason", "result"],
      rows.map((row) => [row.rowId, row.outcome ?? "WAITING", row.reason ?? "", row.result ?? ""]),
    ),
  ].join("\n");
}

async function abort(raw: string, { by, envFile }: AbortOptions): Promise<void> {
  const id = parseId(raw);
  const state = await withDatabases(readEnv(envFile), async ({ db }) => {
    const action = await loadBulkAction(db, id);
    if (action === null || !(await abortBulkAction(db, id, by))) return action?.state ?? null;
    await recordChanges(db, by, "bulk_action", [{ id, content: { action: "abort" } }]);
    return "ASKED" as const;
  });
  if (state === null) throw notThere(id);
  if (state !== "ASKED") {
    printAside(`${id} has ended: ${state}`);
    throw new Finished(ExitCode.foundProblems);
  }
  print(`${id} ends with the batch it is at`);
}

function parseId(raw: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(raw)) return raw;
  throw new WrongUsage(`${raw}: expected the id of a bulk action; drumline bulk list shows them`);
}

function notThere(id: string): Finished {
  printAside(`there is no bulk action ${id}`);
  return new Finished(ExitCode.foundProblems);
}
