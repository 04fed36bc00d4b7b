import { systemClock } from "@drumline/core/clock";
import { chooseActions, type ChoiceOutcome } from "@drumline/ecomnow/commands";
import {
  ACTION_STATUSES,
  ACTIONS,
  AUDIT_TYPES,
  type FindingRow,
  isDestructive,
  loadFinding,
  loadFindings,
} from "@drumline/ecomnow/queries";
import type { Database } from "@drumline/db";
import { startRuns } from "@drumline/engine";
import { findTask } from "@drumline/tasks";
import { type Command, Option } from "commander";

import { readEnv } from "../config.ts";
import { ExitCode, Finished, WrongUsage } from "../exit.ts";
import { confirm } from "../output/ask.ts";
import { formatShort } from "../output/instant.ts";
import { type ListFormat, parseCount, printList, toJson, withListFormat } from "../output/list.ts";
import { print, printAside } from "../output/print.ts";
import { asksForSecondPerson, confirmAsSecondPerson, requireKnownDecider } from "../second-person.ts";
import { formatTable } from "../output/table.ts";
import { recordChanges } from "../record-change.ts";
import { whoSitsHere } from "../who-sits-here.ts";
import { withDatabases } from "../with-databases.ts";

const PERFORM = "PerformUserAudit";
const MOST_SHOWN = 10_000;
const ENV_FILE = ["--env-file <file>", "read this file instead of .env; real variables still win"] as const;

interface FilterOptions {
  readonly type?: (typeof AUDIT_TYPES)[number];
  readonly platform?: string;
  readonly search?: string;
  readonly limit: string;
}

interface ListOptions extends FilterOptions, ListFormat {
  readonly action?: (typeof ACTIONS)[number];
  readonly status?: (typeof ACTION_STATUSES)[number];
  readonly all?: boolean;
  readonly envFile?: string;
}

interface ActOptions extends ListFormat {
  readonly by: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly envFile?: string;
}

interface DecideOptions extends FilterOptions, ActOptions {
  readonly action: (typeof ACTIONS)[number];
}

export function configureAudit(command: Command): void {
  const sub = (name: string, about: string) => command.command(name).copyInheritedSettings(command).description(about);
  withListFormat(withFilter(sub("list", "what the user audit found, newest first; what is open unless --all")))
    .addOption(new Option("--action <action>", "only those with this action").choices(ACTIONS))
    .addOption(new Option("--status <status>", "only those whose action is in this state").choices(ACTION_STATUSES))
    .option("--all", "closed ones too")
    .option(...ENV_FILE)
    .action(listFindings);
  withAct(
    withFilter(sub("decide", "choose what is done about findings: of these ids, or of all that match and wait for it")),
  )
    .argument("[id...]")
    .addOption(
      new Option("--action <action>", "what is to be done; NONE is nothing").choices(ACTIONS).makeOptionMandatory(),
    )
    .addHelpText("after", "\nEach is set or refused for itself. Nothing is done to a user before drumline audit apply.")
    .action(decide);
  withAct(sub("apply", "do what was decided: starts PerformUserAudit"))
    .addHelpText(
      "after",
      "\nWith --dry-run the run says what it would do, and does nothing.\nWith USER_AUDIT_SECOND_PERSON, --by is the second person: a user who decided none of what disables or deletes.",
    )
    .action(apply);
}

const withFilter = (command: Command): Command =>
  command
    .addOption(new Option("--type <type>", "only those of this audit").choices(AUDIT_TYPES))
    .option("--platform <name>", "only those of this platform")
    .option("--search <text>", "part of the user name or the e-mail address")
    .option("--limit <number>", "how many at most", "50");

const withAct = (command: Command): Command =>
  withListFormat(command)
    .option("--by <name>", "who decides", whoSitsHere())
    .option("--dry-run", "say what would become of it, and change nothing")
    .option("-y, --yes", "do it without asking")
    .option(...ENV_FILE);

interface Decided {
  readonly id: bigint;
  readonly outcome: ChoiceOutcome | "WOULD_BE_ASKED";
}

const toFilter = ({ type, platform, search }: FilterOptions) => ({ auditType: type, platform, search });

async function listFindings(options: ListOptions): Promise<void> {
  const { action, status, all = false } = options;
  const filter = { ...toFilter(options), action, actionStatus: status, ...(all ? {} : { state: "open" as const }) };
  const limit = parseCount("--limit", options.limit, MOST_SHOWN);
  const findings = await withDatabases(readEnv(options.envFile), ({ db }) => loadFindings(db, filter, null, limit));
  printList(findings, options, HEADER, toCells);
}

const HEADER = ["id", "platform", "user", "audit", "last login", "since", "action", "state", "by"];

const toCells = (finding: FindingRow): string[] => [
  String(finding.id),
  finding.platform,
  finding.username,
  finding.auditType,
  finding.lastLoginAt === null ? "never" : formatShort(finding.lastLoginAt, "UTC"),
  formatShort(finding.identifiedAt, "UTC"),
  finding.action,
  finding.closedAt === null ? finding.actionStatus : "closed",
  finding.actionSetBy ?? "",
];

async function decide(ids: readonly string[], options: DecideOptions): Promise<void> {
  const { action, by } = options;
  const isFiltered = options.type !== undefined || options.platform !== undefined || options.search !== undefined;
  if (ids.length > 0 && isFiltered) throw new WrongUsage("name findings or give a filter, not both");
  if (ids.length === 0 && !isFiltered)
    throw new WrongUsage("name a finding, or say which: --type, --platform or --search");
  const limit = parseCount("--limit", options.limit, MOST_SHOWN);
  const env = readEnv(options.envFile);
  const outcomes = await withDatabases(env, async ({ db }): Promise<Decided[]> => {
    if (options.dryRun !== true && isDestructive(action) && asksForSecondPerson(env)) await requireKnownDecider(db, by);
    const findings =
      ids.length > 0
        ? await loadNamed(db, ids)
        : await loadFindings(db, { ...toFilter(options), state: "open", actionStatus: "NONE" }, null, limit);
    if (options.dryRun === true || (ids.length === 0 && findings.length > 0))
      printAside(formatTable(HEADER, findings.map(toCells)));
    if (options.dryRun === true) return findings.map(({ id }) => ({ id, outcome: "WOULD_BE_ASKED" }));
    if (ids.length === 0 && findings.length > 0)
      await confirm(
        `Choose ${action} for ${findings.length === 1 ? "1 finding" : `${findings.length} findings`}?`,
        options,
      );
    // What was shown is what is decided: a finding that changed meanwhile is refused.
    const versions = Object.fromEntries(findings.map(({ id, version }) => [String(id), version]));
    const chosen = { ids: findings.map(({ id }) => id), action, versions, by, at: systemClock.now() };
    const answers = [...(await chooseActions(db, chosen))].map(([id, outcome]) => ({ id, outcome }));
    const set = answers.filter(({ outcome }) => outcome === "SET");
    await recordChanges(
      db,
      by,
      "user_audit",
      set.map(({ id }) => ({ id, content: { action: "decide", chosen: action } })),
    );
    return answers;
  });
  printList(outcomes, options, ["finding", "outcome"], ({ id, outcome }) => [String(id), OUTCOMES[outcome]]);
  if (outcomes.length === 0) printAside("no finding matches");
  const isFine = ({ outcome }: Decided) => outcome === "SET" || outcome === "UNCHANGED" || outcome === "WOULD_BE_ASKED";
  if (!outcomes.every(isFine)) throw new Finished(outcomes.some(isFine) ? ExitCode.foundProblems : ExitCode.refused);
}

async function loadNamed(db: Database, ids: readonly string[]): Promise<FindingRow[]> {
  const wrong = ids.find((id) => !/^\d{1,18}$/.test(id));
  if (wrong !== undefined) throw new WrongUsage(`"${wrong}" is no id of a finding; drumline audit list shows them`);
  const findings = await Promise.all(ids.map((id) => loadFinding(db, BigInt(id))));
  const missing = ids.filter((_id, index) => findings[index] === null);
  if (missing.length === 0) return findings as FindingRow[];
  printAside(`there is no finding ${missing.join(", ")}`);
  throw new Finished(ExitCode.foundProblems);
}

const OUTCOMES: Readonly<Record<Decided["outcome"], string>> = {
  SET: "chosen",
  UNCHANGED: "was chosen already",
  WOULD_BE_ASKED: "would be chosen",
  NOT_FOUND: "not found",
  IN_PROGRESS: "its action is being performed",
  CHANGED: "has changed since it was shown",
  CLOSED: "no longer holds; only ENABLE_IN_AWS and NONE can be chosen",
  NOT_ABOUT_LOGIN: "a reminder is for a missing login only",
};

async function apply(options: ActOptions): Promise<void> {
  const { by, dryRun = false, json = false, jsonl = false } = options;
  const env = readEnv(options.envFile);
  const answer = await withDatabases(env, async (databases) => {
    const waiting = await loadFindings(databases.db, { actionStatus: "PENDING" }, null, MOST_SHOWN);
    printAside(formatTable(HEADER, waiting.map(toCells)));
    if (!dryRun) await confirm(`Do this for ${waiting.length === 1 ? "1 user" : `${waiting.length} users`}?`, options);
    if (!dryRun && asksForSecondPerson(env)) await confirmAsSecondPerson(databases.db, waiting, by);
    const request = { definition: findTask(PERFORM)!, args: {}, dryRun, requestedBy: by };
    const [started] = await startRuns(databases, [request]);
    if (started!.kind === "started")
      await recordChanges(databases.db, by, "run", [
        {
          id: started!.runId,
          content: { action: "run", task: PERFORM, dryRun, findings: waiting.map(({ id }) => String(id)) },
        },
      ]);
    return { ...started!, findings: waiting.length };
  });
  if (json || jsonl) print(toJson(answer, json ? 2 : undefined));
  else if (answer.kind === "started") print(`started run ${answer.runId}; drumline logs -f ${answer.runId} follows it`);
  else print(`run ${answer.runId} waits already, and will do it`);
}
