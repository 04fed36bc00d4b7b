import { systemClock } from "@drumline/core/clock";
import {
  loadWebhookRequests,
  replayWebhook,
  WEBHOOK_REQUEST_STATUSES,
  type WebhookRequestView,
} from "@drumline/events/inbox";
import { type Command, Option } from "commander";

import { readEnv } from "../config.ts";
import { ExitCode, Finished, WrongUsage } from "../exit.ts";
import { formatShort } from "../output/instant.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { whoSitsHere } from "../who-sits-here.ts";
import { withDatabases } from "../with-databases.ts";

interface StoreOptions {
  readonly envFile?: string;
  readonly json?: boolean;
}

interface ListOptions extends StoreOptions {
  readonly source?: string;
  readonly status?: (typeof WEBHOOK_REQUEST_STATUSES)[number];
  readonly limit: string;
}

const MOST_SHOWN = 1_000;
const ERROR_SHOWN = 80;

export function configureWebhooks(command: Command): void {
  command
    .option("--source <name>", "only those of this source")
    .addOption(new Option("--status <status>", "only those").choices([...WEBHOOK_REQUEST_STATUSES]))
    .option("--limit <number>", "how many, newest first", "50")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--json", "an array of objects")
    .action(listWebhooks);
  command
    .command("replay")
    .copyInheritedSettings(command)
    .description("hand a stored webhook on once more, with the bytes that were sent; the next run does it")
    .argument("<id>")
    .option("--by <name>", "who asks, for the audit", whoSitsHere())
    .addHelpText("after", "\nExits with 1 for an id that is not there or cannot be handed on again.")
    .action((id: string, { by }: { readonly by: string }, sub: Command) =>
      replay(id, by, sub.optsWithGlobals<StoreOptions>()),
    );
}

async function listWebhooks({ source, status, limit, envFile, json = false }: ListOptions): Promise<void> {
  const count = Number(limit);
  if (!/^\d+$/.test(limit) || count < 1 || count > MOST_SHOWN)
    throw new WrongUsage(`--limit ${limit}: expected a whole number from 1 to ${MOST_SHOWN}`);
  const rows = await withDatabases(readEnv(envFile), ({ db }) =>
    loadWebhookRequests(db, { source, status }, null, count),
  );
  print(
    json
      ? JSON.stringify(
          rows.map((row) => ({ ...row, id: String(row.id) })),
          null,
          2,
        )
      : formatTable(HEADER, rows.map(toCells)),
  );
}

const HEADER = ["id", "source", "topic", "received", "status", "attempts", "replays", "event", "error"];

const toCells = (row: WebhookRequestView): string[] => [
  String(row.id),
  row.source,
  row.topic ?? "",
  formatShort(row.receivedAt, "UTC"),
  row.status,
  String(row.attempts),
  String(row.replays),
  row.eventId,
  (row.error ?? "").replaceAll(/\s+/g, " ").slice(0, ERROR_SHOWN),
];

async function replay(text: string, by: string, { envFile, json = false }: StoreOptions): Promise<void> {
  if (!/^\d{1,18}$/.test(text))
    throw new WrongUsage(`"${text}" is no id of a webhook that came in; drumline webhooks lists them`);
  const replayed = await withDatabases(readEnv(envFile), ({ db }) =>
    replayWebhook(db, BigInt(text), { by }, systemClock.now()),
  );
  if (replayed.outcome === "REPLAYED") {
    const { source, replays } = replayed;
    print(json ? JSON.stringify({ id: text, source, replays }) : `webhook request ${text} of ${source} is due again`);
    return;
  }
  printAside(replayed.outcome === "REFUSED" ? replayed.why : `there is no webhook request ${text}`);
  throw new Finished(ExitCode.foundProblems);
}
