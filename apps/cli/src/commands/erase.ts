import { type ErasedRows, erasePerson } from "@drumline/audit/erasure";
import { systemClock } from "@drumline/core/clock";
import type { Env } from "@drumline/core/config";
import { eraseMovedLeads } from "@drumline/shop/erasure";
import type { Command } from "commander";

import { readEnv } from "../config.ts";
import { WrongUsage } from "../exit.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { whoSitsHere } from "../who-sits-here.ts";
import { withDatabases } from "../with-databases.ts";

interface EraseOptions {
  readonly email: string;
  readonly by: string;
  readonly dryRun?: boolean;
  readonly envFile?: string;
  readonly json?: boolean;
}

export function configureErase(command: Command): void {
  command
    .requiredOption("--email <address>", "whom to forget: by an account or as a guest, in any letter case")
    .option("--dry-run", "say what would be done, and change nothing")
    .option("--by <name>", "who asks for it; stands in the audit, the address does not", whoSitsHere())
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--json", "an array of objects")
    .addHelpText(
      "after",
      "\nMay be repeated, and has to be where rows were kept because something of them is still at work: the report says which." +
        "\nReads whole tables, which takes its time on large ones. Backups and other systems are not reached.",
    )
    .action(erase);
}

async function erase({ email, by, dryRun = false, envFile, json = false }: EraseOptions): Promise<void> {
  if (!/^[^@\s]+@[^@\s]+$/.test(email.trim()))
    throw new WrongUsage(`--email ${email}: expected an address such as ada@example.com`);
  const env = readEnv(envFile);
  const erasure = { email, now: systemClock.now(), actor: by, isDryRun: dryRun };
  const here = await withDatabases(env, ({ db }) => erasePerson(db, erasure));
  // After ours, so that leads that are being moved meanwhile are found there.
  const rows = [...here, ...(await eraseElsewhere(env, erasure))];
  if (json) {
    print(JSON.stringify(rows, null, 2));
    return;
  }
  print(rows.length === 0 ? "nothing was found" : formatTable(HEADER, rows.map(toCells)));
  if (dryRun) printAside("nothing was changed (--dry-run)");
}

async function eraseElsewhere(env: Env, erasure: { email: string; isDryRun: boolean }): Promise<ErasedRows[]> {
  const rows = await eraseMovedLeads(env, erasure);
  if (rows === 0) return [];
  const columns = ["email", "email_key", "name"];
  return [{ table: "drumline_lead (SHOP_LEADS_DATABASE_URL)", act: "ERASE", rows, columns, reason: null }];
}

const HEADER = ["table", "what", "rows", "columns", "why"];

const toCells = ({ table, act, rows, columns, reason }: ErasedRows): string[] => [
  table,
  WORD_OF[act],
  String(rows),
  columns.join(", "),
  reason ?? "",
];

const WORD_OF = { ERASE: "erased", ANONYMISE: "anonymised", KEEP: "kept" } as const;
