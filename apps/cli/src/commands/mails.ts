import { systemClock } from "@drumline/core/clock";
import { settleMailByHand } from "@drumline/ecomnow/commands";
import { loadMailById, loadMails, MAIL_STATUSES, type MailRow } from "@drumline/ecomnow/queries";
import { type Command, Option } from "commander";

import { readEnv } from "../config.ts";
import { ExitCode, Finished, WrongUsage } from "../exit.ts";
import { formatShort } from "../output/instant.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { whoSitsHere } from "../who-sits-here.ts";
import { withDatabases } from "../with-databases.ts";

interface ListOptions {
  readonly status?: MailRow["status"];
  readonly kind?: string;
  readonly limit: string;
  readonly envFile?: string;
  readonly json?: boolean;
}

interface ResolveOptions {
  readonly sent?: boolean;
  readonly notSent?: boolean;
  readonly by: string;
  readonly envFile?: string;
  readonly json?: boolean;
}

const MOST_SHOWN = 200;
const ENV_FILE = ["--env-file <file>", "read this file instead of .env; real variables still win"] as const;

/** `drumline mail list` and `drumline mail resolve`: what became of mails, and what a person says of one. */
export function configureMails(command: Command): void {
  command
    .command("list")
    .copyInheritedSettings(command)
    .description("mails to people, newest first, and what became of them")
    .addOption(new Option("--status <status>", "only mails that are").choices([...MAIL_STATUSES]))
    .option("--kind <kind>", "only mails of user-audit-digest, user-audit-reminder, api-status, …")
    .option("--limit <number>", "how many", "50")
    .option(...ENV_FILE)
    .option("--json", "an array of objects")
    .action(listMails);
  command
    .command("resolve")
    .copyInheritedSettings(command)
    .description("say whether a mail of unknown outcome went out, or have a refused one sent again")
    .argument("<id>")
    .option("--sent", "it was sent: what it tells of counts as told")
    .option("--not-sent", "it was not: the next run of its task sends it, once")
    .option("--by <name>", "who says so", whoSitsHere())
    .option(...ENV_FILE)
    .option("--json", "the mail as an object")
    .action(resolveMail);
}

async function listMails({ status, kind, limit, envFile, json = false }: ListOptions): Promise<void> {
  const count = Number(limit);
  if (!/^\d+$/.test(limit) || count < 1 || count > MOST_SHOWN)
    throw new WrongUsage(`--limit ${limit}: expected a whole number from 1 to ${MOST_SHOWN}`);
  const mails = await withDatabases(readEnv(envFile), ({ db }) => loadMails(db, { status, kind }, null, count));
  print(json ? JSON.stringify(mails, null, 2) : formatTable(HEADER, mails.map(toCells)));
}

const HEADER = ["id", "created", "status", "kind", "recipient", "subject", "error"];

const toCells = ({ id, createdAt, status, kind, recipient, subject, error }: MailRow): string[] => [
  id,
  formatShort(createdAt, "UTC"),
  status,
  kind,
  recipient,
  subject,
  (error ?? "").replaceAll(/\s+/g, " ").slice(0, 100),
];

async function resolveMail(
  id: string,
  { sent = false, notSent = false, by, envFile, json = false }: ResolveOptions,
): Promise<void> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    throw new WrongUsage(`"${id}" is no id of a mail; drumline mail list shows them`);
  if (sent === notSent) throw new WrongUsage("say what became of it: --sent or --not-sent");
  const settlement = { id, outcome: sent ? ("SENT" as const) : ("NOT_SENT" as const), by, at: systemClock.now() };
  const [settled, found] = await withDatabases(readEnv(envFile), async ({ db }) => {
    const mail = await settleMailByHand(db, settlement);
    return [mail, mail ?? (await loadMailById(db, id))] as const;
  });
  if (settled === null) {
    printAside(found === null ? `there is no mail ${id}` : `the mail is ${found.status}: there is nothing to settle`);
    throw new Finished(ExitCode.foundProblems);
  }
  print(json ? JSON.stringify(settled, null, 2) : `mail ${id} is ${settled.status}`);
}
