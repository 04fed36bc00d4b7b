import { text as readAll } from "node:stream/consumers";

import { systemClock } from "@drumline/core/clock";
import { DrumlineError } from "@drumline/core/errors";
import type { Database } from "@drumline/db";
import {
  createPasswords,
  createSignInLink,
  createUser,
  loadUser,
  loadUsers,
  NoSuchUser,
  RefusedUser,
  type Role,
  ROLES,
  updateUser,
  type UserPatch,
  type UserRow,
} from "@drumline/engine";
import { endSubscriptionsOf } from "@drumline/events/subscriptions";
import { Argument, type Command, Option } from "commander";

import { readEnv } from "../config.ts";
import { ExitCode, Finished, WrongUsage } from "../exit.ts";
import { formatShort } from "../output/instant.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { whoSitsHere } from "../who-sits-here.ts";
import { withDatabases } from "../with-databases.ts";

interface UserOptions {
  readonly by: string;
  readonly envFile?: string;
}

interface LinkOptions extends UserOptions {
  readonly url?: string;
}

const PAGE = 200;

export function configureUsers(command: Command): void {
  const sub = (name: string) =>
    command
      .command(name)
      .copyInheritedSettings(command)
      .option("--env-file <file>", "read this file instead of .env; real variables still win");
  const changing = (name: string) =>
    sub(name).argument("<name>").option("--by <name>", "who does it, for the security log", whoSitsHere());
  const linking = (name: string) =>
    changing(name).option("--url <url>", "where the dashboard is; left out, http://127.0.0.1 and the port of API_PORT");
  sub("list")
    .description("every user: role, last sign-in, and whether they are disabled")
    .option("--json", "an array of objects")
    .action(listAll);
  linking("create")
    .description("make a user, and print a link that signs them in once, to choose a password")
    .addOption(new Option("--role <role>", "what they may do").choices([...ROLES]).default("viewer"))
    .option("--email <address>", "for people to reach each other; nothing is sent to it")
    .option("--password-stdin", "read a password from standard input, and print no link")
    .action(createOne);
  linking("link").description("print a link that signs a user in once, within 15 minutes").action(linkOne);
  changing("disable")
    .description("let a user in no more, and sign them out everywhere at once")
    .action((name: string, options: UserOptions) => change(name, options, { disabled: true }, "is disabled"));
  changing("enable")
    .description("let a disabled user in again")
    .action((name: string, options: UserOptions) => change(name, options, { disabled: false }, "may sign in again"));
  changing("role")
    .description("change what a user may do, from their next request on")
    .addArgument(new Argument("<role>").choices([...ROLES]))
    .action((name: string, role: Role, options: UserOptions) =>
      change(name, options, { role }, `has the role ${role}`),
    );
}

async function listAll({ envFile, json = false }: { envFile?: string; json?: boolean }): Promise<void> {
  const users = await withDatabases(readEnv(envFile), ({ db }) => loadAll(db));
  if (json) {
    print(JSON.stringify(users, null, 2));
    return;
  }
  const at = (instant: Date | null) => (instant === null ? "never" : formatShort(instant, "UTC"));
  const rows = users.map(({ name, role, email, hasPassword, issuer, lastSignInAt, disabledAt }) => [
    name,
    role,
    email ?? "",
    [...(issuer === null ? [] : ["provider"]), hasPassword ? "password" : "links"].join(", "),
    at(lastSignInAt),
    disabledAt === null ? "active" : `disabled ${at(disabledAt)}`,
  ]);
  print(formatTable(["name", "role", "mail", "signs in by", "last sign-in", "state"], rows));
}

async function loadAll(db: Database): Promise<UserRow[]> {
  const users: UserRow[] = [];
  for (;;) {
    const page = await loadUsers(db, {}, users.at(-1)?.name ?? null, PAGE);
    users.push(...page);
    if (page.length < PAGE) return users;
  }
}

interface CreateOptions extends LinkOptions {
  readonly role: Role;
  readonly email?: string;
  readonly passwordStdin?: boolean;
}

async function createOne(name: string, options: CreateOptions): Promise<void> {
  const { role, email, passwordStdin = false } = options;
  const password = passwordStdin ? (await readAll(process.stdin)).replace(/\r?\n$/, "") : undefined;
  await act(options, async (db) => {
    const user = await createUser(contextOf(db, options), { name, role, email, password });
    printAside(`${user.name} is a user, role ${role}`);
    if (password === undefined) await printLink(db, user, options);
  });
}

function linkOne(name: string, options: LinkOptions): Promise<void> {
  return act(options, async (db) => printLink(db, await find(db, name), options));
}

async function printLink(db: Database, user: UserRow, { by, url, envFile }: LinkOptions): Promise<void> {
  const { token } = await createSignInLink(db, user, { by, remoteAddr: null, now: systemClock.now() });
  const base = url ?? `http://127.0.0.1:${readEnv(envFile)["API_PORT"] || 3000}`;
  // On its own, so that it can be handed on.
  print(`${base.replace(/\/$/, "")}/sign-in#link=${token}`);
  printAside(`signs ${user.name} in once, within 15 minutes; links made before are worth nothing now`);
}

function change(name: string, options: UserOptions, patch: UserPatch, became: string): Promise<void> {
  return act(options, async (db) => {
    const user = await find(db, name);
    await updateUser(contextOf(db, options), user.id, patch);
    print(`${user.name} ${became}`);
  });
}

async function find(db: Database, name: string): Promise<UserRow> {
  const user = await loadUser(db, name);
  if (user === null) throw new NoSuchUser(`named "${name}"`);
  return user;
}

const contextOf = (db: Database, { by }: UserOptions) => ({
  db,
  passwords: createPasswords(),
  now: systemClock.now(),
  by,
  remoteAddr: null,
  also: endSubscriptionsOf,
});

/** What cannot be is said in one line: exit code 2 for what was typed, 1 for what is not there or in the way. */
async function act({ envFile }: UserOptions, work: (db: Database) => Promise<void>): Promise<void> {
  try {
    await withDatabases(readEnv(envFile), ({ db }) => work(db));
  } catch (error) {
    if (error instanceof RefusedUser) throw new WrongUsage(error.message, { cause: error });
    if (!(error instanceof DrumlineError) || !REFUSALS.has(error.code)) throw error;
    printAside(error.message);
    throw new Finished(ExitCode.foundProblems);
  }
}

const REFUSALS = new Set(["NO_SUCH_USER", "USER_NAME_TAKEN", "DISABLED_USER"]);
