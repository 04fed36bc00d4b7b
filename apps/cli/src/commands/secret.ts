import { text } from "node:stream/consumers";

import type { Env } from "@drumline/core/config";
import { messageOf } from "@drumline/core/errors";
import {
  openSecretBox,
  type Rotation,
  rotateEcomnowSecrets,
  sealSecret,
  SECRET_OWNERS,
  type SecretOwner,
} from "@drumline/ecomnow/secrets";
import { rotateSourceSecrets } from "@drumline/events/sources";
import { rotateIntegrationSecrets } from "@drumline/integration/secrets";
import { rotateWebhookSecrets } from "@drumline/oms/commands";
import { readSecretKey } from "@drumline/standalone/secret-key";
import { Argument, type Command } from "commander";

import { readEnv } from "../config.ts";
import { ExitCode, Finished, WrongUsage } from "../exit.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { withDatabases } from "../with-databases.ts";

interface SecretOptions {
  readonly envFile?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function configureSecret(command: Command): void {
  command
    .command("seal")
    .copyInheritedSettings(command)
    .description("read a secret from standard input and print it sealed, fit for auth_secret or a header's value")
    .addArgument(new Argument("<owner>", "whose it is").choices([...SECRET_OWNERS]))
    .argument("<name>", "code of the client or vendor, name of the watched API: in another row it does not open")
    .argument("<url...>", "where it may be sent: to the host of these URLs, and to no other")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .action(seal);
  command
    .command("rotate")
    .copyInheritedSettings(command)
    .description("seal everything in the database anew, by the ECOMNOW_SECRET_KEY of today")
    .option("--dry-run", "say what would be sealed anew, and change nothing")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--json", "an array of objects")
    .addHelpText(
      "after",
      "\nMake a new key, move the old one to ECOMNOW_SECRET_KEY_PREVIOUS, restart api and workers, rotate, and take the old" +
        "\none away. Safe beside running processes and to repeat; exit code 1 while something does not open.",
    )
    .action(rotate);
}

async function seal(kind: SecretOwner, name: string, urls: string[], { envFile }: SecretOptions): Promise<void> {
  const wrong = urls.find((url) => !/^https?:\/\//.test(url) || !URL.canParse(url));
  if (wrong !== undefined) throw new WrongUsage(`"${wrong}" is no http or https URL`);
  // Not an argument, which other users of the machine and the shell's history would see.
  const plain = (await text(process.stdin)).replace(/\r?\n$/, "");
  if (plain === "") throw new WrongUsage("nothing came on standard input; expected the secret there");
  try {
    print(sealSecret(plain, { kind, name, urls }, withKeyOfStart(readEnv(envFile))));
  } catch (error) {
    throw new WrongUsage(`${messageOf(error)} (ECOMNOW_SECRET_KEY, from \`openssl rand -base64 32\`)`, {
      cause: error,
    });
  }
}

async function rotate({ envFile, dryRun = false, json = false }: SecretOptions): Promise<void> {
  const env = withKeyOfStart(readEnv(envFile));
  const box = openSecretBox(env);
  const rotations = await withDatabases(env, async ({ db }) => [
    await rotateWebhookSecrets(db, box, dryRun),
    await rotateSourceSecrets(db, box, dryRun),
    ...(await rotateEcomnowSecrets(db, box, dryRun)),
    ...(await rotateIntegrationSecrets(db, box, dryRun)),
  ]);
  print(json ? JSON.stringify(rotations, null, 2) : toTable(rotations, dryRun));
  const failed = rotations.flatMap(({ failed: rows }) => rows);
  if (failed.length === 0) return;
  if (!json) for (const row of failed) printAside(row);
  throw new Finished(ExitCode.foundProblems);
}

const toTable = (rotations: readonly Rotation[], isDryRun: boolean): string =>
  formatTable(
    ["table", isDryRun ? "to be sealed anew" : "sealed anew", "by the key of today already", "not opened"],
    rotations.map(({ table, rotated, current, failed }) => [table, ...[rotated, current, failed.length].map(String)]),
  );

/** The one that `npm start` of this folder made, where the environment names none and leads nowhere else. */
function withKeyOfStart(env: Env): Env {
  if (env["ECOMNOW_SECRET_KEY"] || env["DATABASE_URL"]) return env;
  return { ...env, ECOMNOW_SECRET_KEY: readSecretKey(".data") ?? undefined };
}
