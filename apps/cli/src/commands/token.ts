import { DAY_MS, HOUR_MS, systemClock } from "@drumline/core/clock";
import {
  type IssuedToken,
  issueToken,
  loadTokens,
  NoSuchToken,
  RefusedToken,
  revokeToken,
  type Role,
  ROLES,
  rotateToken,
  type Scope,
  SCOPE_MEANINGS,
  SCOPES,
} from "@drumline/engine";
import { endSubscriptionsOf, setSubscriptionsEnd } from "@drumline/events/subscriptions";
import { type Command, Option } from "commander";

import { readEnv } from "../config.ts";
import { ExitCode, Finished, WrongUsage } from "../exit.ts";
import { formatShort } from "../output/instant.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { whoSitsHere } from "../who-sits-here.ts";
import { withDatabases } from "../with-databases.ts";

interface TokenOptions {
  readonly envFile?: string;
  readonly json?: boolean;
}

interface ChangeOptions extends TokenOptions {
  readonly by: string;
  readonly expiresIn?: string;
}

const MOST_DAYS = 3_650;
const MOST_OLD_HOURS = 168;

export function configureToken(command: Command): void {
  const withEnvFile = (sub: Command) =>
    sub
      .copyInheritedSettings(command)
      .option("--env-file <file>", "read this file instead of .env; real variables still win");
  const changing = (name: string) =>
    withEnvFile(command.command(name)).option("--by <name>", "who does it, for the security log", whoSitsHere());
  changing("create")
    .description("make a token and print it: the only time it is shown")
    .argument("<name>", "who it is for; stands in the audit and beside the runs it starts")
    .addOption(new Option("--role <role>", "what it may do").choices([...ROLES]).default("viewer"))
    .addOption(
      new Option("--scope <scope...>", "hold it to these routes; left out, it may do all that its role may").choices([
        ...SCOPES,
      ]),
    )
    .option("--expires-in <days>", "refuse it after so many days; left out, never")
    .addHelpText("after", `\nScopes:\n${SCOPES.map((scope) => `  ${scope}: ${SCOPE_MEANINGS[scope]}`).join("\n")}`)
    .action(createOne);
  withEnvFile(command.command("list"))
    .description("every token: role, scopes, last use, and whether it has expired or is revoked")
    .option("--json", "an array of objects")
    .action(listAll);
  changing("rotate")
    .description("give a token another secret and print it; the one it had goes on for a while")
    .argument("<name>")
    .option("--old-for <hours>", "how long the secret it had is good for", "24")
    .option("--expires-in <days>", "refuse it after so many days; left out, as before")
    .action(rotateOne);
  changing("revoke")
    .description("make a token worthless within seconds; its subscriptions to events end")
    .argument("<name>")
    .action(revokeOne);
}

async function createOne(
  name: string,
  { role, scope = [], by, expiresIn, envFile }: ChangeOptions & { role: Role; scope?: Scope[] },
): Promise<void> {
  const now = systemClock.now();
  const expiresAt = expiresIn === undefined ? null : readExpiry(expiresIn, now);
  const { token, secret } = await withDatabases(readEnv(envFile), ({ db }) =>
    orWrongUsage(() => issueToken(db, { name, role, scopes: scope, expiresAt }, { now, by })),
  );
  // On its own, so that it can be piped into a secret store.
  print(secret);
  const held = token.scopes.length === 0 ? "" : `, held to ${token.scopes.join(", ")}`;
  const until = token.expiresAt === null ? "" : `, until ${formatShort(token.expiresAt, "UTC")} UTC`;
  printAside(`the token of ${name}, role ${role}${held}${until}; it is kept as a hash only, so store it now`);
}

async function rotateOne(
  name: string,
  { by, expiresIn, oldFor, envFile }: ChangeOptions & { oldFor: string },
): Promise<void> {
  const now = systemClock.now();
  const oldForMs = readNumber("--old-for", oldFor, { min: 0, max: MOST_OLD_HOURS }) * HOUR_MS;
  const expiresAt = expiresIn === undefined ? undefined : readExpiry(expiresIn, now);
  const { token, secret } = await withDatabases(readEnv(envFile), async ({ db }) => {
    const found = (await loadTokens(db)).find((row) => row.name === name && row.revokedAt === null);
    if (found === undefined) return notThere(name);
    return orWrongUsage(() =>
      rotateToken(
        db,
        found.id,
        { oldForMs, expiresAt },
        { now, by, also: (tx, row) => setSubscriptionsEnd(tx, row, row.expiresAt) },
      ),
    );
  });
  print(secret);
  printAside(
    `the token of ${name} has this secret now; the one before is good until ${formatShort(token.oldUntil!, "UTC")} UTC`,
  );
}

/** What was typed cannot be: exit code 2. */
async function orWrongUsage(act: () => Promise<IssuedToken>): Promise<IssuedToken> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof RefusedToken || error instanceof NoSuchToken)
      throw new WrongUsage(error.message, { cause: error });
    throw error;
  }
}

const readExpiry = (days: string, now: Date): Date =>
  new Date(now.getTime() + readNumber("--expires-in", days, { min: 1, max: MOST_DAYS }) * DAY_MS);

function readNumber(option: string, text: string, { min, max }: { min: number; max: number }): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new WrongUsage(`${option} ${text}: expected a whole number from ${min} to ${max}`);
}

async function listAll({ envFile, json = false }: TokenOptions): Promise<void> {
  const tokens = await withDatabases(readEnv(envFile), ({ db }) => loadTokens(db));
  if (json) {
    print(JSON.stringify(tokens, null, 2));
    return;
  }
  const at = (instant: Date | null) => (instant === null ? "never" : formatShort(instant, "UTC"));
  const now = systemClock.now();
  const rows = tokens.map(({ name, role, scopes, createdAt, lastUsedAt, expiresAt, revokedAt }) => [
    name,
    role,
    scopes.join(", "),
    at(createdAt),
    at(lastUsedAt),
    at(expiresAt),
    revokedAt === null ? (expiresAt !== null && expiresAt <= now ? "expired" : "active") : `revoked ${at(revokedAt)}`,
  ]);
  print(formatTable(["name", "role", "scopes", "created", "last used", "expires", "state"], rows));
}

async function revokeOne(name: string, { by, envFile }: ChangeOptions): Promise<void> {
  const change = { now: systemClock.now(), by, also: endSubscriptionsOf };
  const revoked = await withDatabases(readEnv(envFile), ({ db }) => revokeToken(db, name, change));
  if (revoked === null) return notThere(name);
  print(`the token of ${name} is revoked`);
}

function notThere(name: string): never {
  printAside(`there is no active token named "${name}"; drumline token list shows them`);
  throw new Finished(ExitCode.foundProblems);
}
