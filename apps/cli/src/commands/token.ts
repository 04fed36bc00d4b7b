import { type Command, Option } from "commander";

import { createToken, loadTokens, RefusedToken, revokeToken, type Role, ROLES } from "@drumline/engine";

import { readEnv } from "../config.ts";
import { ExitCode, Finished, WrongUsage } from "../exit.ts";
import { formatShort } from "../output/instant.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { withStores } from "../with-stores.ts";

interface TokenOptions {
  readonly envFile?: string;
  readonly json?: boolean;
}

export function configureToken(command: Command): void {
  const withEnvFile = (sub: Command) =>
    sub
      .copyInheritedSettings(command)
      .option("--env-file <file>", "read this file instead of .env; real variables still win");
  withEnvFile(command.command("create"))
    .description("make a token and print it: the only time it is shown")
    .argument("<name>", "who it is for; stands in the audit and beside the runs it starts")
    .addOption(new Option("--role <role>", "what it may do").choices([...ROLES]).default("viewer"))
    .action(createOne);
  withEnvFile(command.command("list"))
    .description("every token: role, last use, and whether it is revoked")
    .option("--json", "an array of objects")
    .action(listAll);
  withEnvFile(command.command("revoke"))
    .description("make a token worthless within seconds")
    .argument("<name>")
    .action(revokeOne);
}

async function createOne(name: string, { role, envFile }: TokenOptions & { role: Role }): Promise<void> {
  const secret = await withStores(readEnv(envFile), async ({ db }) => {
    try {
      return await createToken(db, name, role);
    } catch (error) {
      if (error instanceof RefusedToken) throw new WrongUsage(error.message, { cause: error });
      throw error;
    }
  });
  // On its own, so that it can be piped into a secret store.
  print(secret);
  printAside(`the token of ${name}, role ${role}; it is kept as a hash only, so store it now`);
}

async function listAll({ envFile, json = false }: TokenOptions): Promise<void> {
  const tokens = await withStores(readEnv(envFile), ({ db }) => loadTokens(db));
  if (json) {
    print(JSON.stringify(tokens, null, 2));
    return;
  }
  const at = (instant: Date | null) => (instant === null ? "never" : formatShort(instant, "UTC"));
  const rows = tokens.map(({ name, role, createdAt, lastUsedAt, revokedAt }) => [
    name,
    role,
    at(createdAt),
    at(lastUsedAt),
    revokedAt === null ? "active" : `revoked ${at(revokedAt)}`,
  ]);
  print(formatTable(["name", "role", "created", "last used", "state"], rows));
}

async function revokeOne(name: string, { envFile }: TokenOptions): Promise<void> {
  if (await withStores(readEnv(envFile), ({ db }) => revokeToken(db, name))) {
    print(`the token of ${name} is revoked`);
    return;
  }
  printAside(`there is no active token named "${name}"; drumline token list shows them`);
  throw new Finished(ExitCode.foundProblems);
}
