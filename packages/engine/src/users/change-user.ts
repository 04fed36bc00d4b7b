import { randomUUID } from "node:crypto";

import type { Database, Transaction } from "@drumline/db";

import { recordSecurityEvent } from "../security-log/security-events.sql.ts";
import { endSessionsOf } from "./sessions.sql.ts";
import { deleteLinksOf } from "./sign-in-links.sql.ts";
import { ADMIN_TOKEN_NAME } from "../tokens/change-token.ts";
import type { Role } from "../tokens/role.ts";
import { findPasswordProblem, type Passwords } from "./passwords.ts";
import { NoSuchUser, RefusedUser, UserChanged, UserNameTaken } from "./refusals.ts";
import { insertUser, loadUser, lockUser, saveUser, type UserRow } from "./users.sql.ts";

/** Who changes a user, over what. */
export interface UserContext {
  readonly db: Database;
  readonly passwords: Passwords;
  readonly now: Date;
  /** Stands in the security log. */
  readonly by: string;
  readonly remoteAddr: string | null;
  /** What else ends when a user is disabled, in the same transaction. */
  readonly also?: (tx: Transaction, user: UserRow) => Promise<unknown>;
}

export interface NewUser {
  readonly name: string;
  readonly email?: string | null | undefined;
  readonly role: Role;
  /** Without one, the user signs in by links. */
  readonly password?: string | undefined;
}

/** @throws {RefusedUser} {UserNameTaken} {TooManyHashes} */
export async function createUser(context: UserContext, { name, email, role, password }: NewUser): Promise<UserRow> {
  if (!isUserName(name))
    throw new RefusedUser(
      "name",
      `"${name}" is no name for a user; expected up to 80 letters, digits, blanks and . _ @ -, the first a letter or digit`,
    );
  checkEmail(email);
  const { db, now: createdAt, by, remoteAddr } = context;
  const passwordHash = password === undefined ? null : await hashOf(context, password, name);
  return db.$transaction(async (tx) => {
    const id = randomUUID();
    if (!(await insertUser(tx, { id, name, email: email ?? null, role, passwordHash, createdAt })))
      throw new UserNameTaken(name);
    await recordSecurityEvent(tx, {
      at: createdAt,
      kind: "USER_CREATED",
      actor: by,
      subject: name,
      remoteAddr,
      detail: { role },
    });
    return (await loadUser(tx, id))!;
  });
}

export interface UserPatch {
  readonly email?: string | null | undefined;
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
  readonly password?: string | undefined;
}

/**
 * Changes what the patch names. Whoever is disabled is signed out everywhere and has no links any more; a new password signs
 * out everywhere but in the session `keepSession`.
 * @throws {NoSuchUser} {UserChanged} {RefusedUser} {TooManyHashes}
 */
export async function updateUser(
  context: UserContext,
  id: string,
  { email, role, disabled, password }: UserPatch,
  { version, keepSession = null }: { readonly version?: number | undefined; readonly keepSession?: string | null } = {},
): Promise<UserRow> {
  const { db, now, by, remoteAddr, also } = context;
  checkEmail(email);
  const found = await loadUser(db, id);
  if (found === null) throw new NoSuchUser(id);
  const passwordHash = password === undefined ? null : await hashOf(context, password, found.name);
  return db.$transaction(async (tx) => {
    await lockUser(tx, found.id);
    const before = (await loadUser(tx, found.id))!;
    if (version !== undefined && before.version !== version) throw new UserChanged(before.version);
    const isDisabledNow = disabled === true && before.disabledAt === null;
    await saveUser(tx, before.id, {
      ...(email === undefined ? {} : { email }),
      ...(role === undefined ? {} : { role }),
      ...(disabled === undefined ? {} : { disabledAt: disabled ? (before.disabledAt ?? now) : null }),
      ...(passwordHash === null ? {} : { passwordHash }),
    });
    if (isDisabledNow) await deleteLinksOf(tx, before.id);
    if (isDisabledNow || passwordHash !== null)
      await endSessionsOf(tx, before.id, now, { but: isDisabledNow ? null : keepSession });
    const after = (await loadUser(tx, before.id))!;
    if (isDisabledNow) await also?.(tx, after);
    await recordSecurityEvent(tx, {
      at: now,
      kind: "USER_CHANGED",
      actor: by,
      subject: before.name,
      remoteAddr,
      detail: describeChange(before, after, passwordHash !== null),
    });
    return after;
  });
}

/** It stands in the audit, in log lines and beside runs, as those of tokens do. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,79}$/u;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,190}$/;

export const isUserName = (text: string): boolean => NAME.test(text) && text !== ADMIN_TOKEN_NAME;

export const isEmail = (text: string): boolean => EMAIL.test(text);

function checkEmail(email: string | null | undefined): void {
  if (email == null || isEmail(email)) return;
  throw new RefusedUser("email", "this is no address of mail; expected one such as ada@example.com, or null");
}

async function hashOf({ passwords }: UserContext, password: string, userName: string): Promise<string> {
  const problem = findPasswordProblem(password, userName);
  if (problem !== null) throw new RefusedUser("password", problem);
  return passwords.hash(password);
}

/** Of what is personal or secret, only that it changed. */
export function describeChange(before: UserRow, after: UserRow, hasNewPassword = false): object {
  const isDisabled = [before.disabledAt !== null, after.disabledAt !== null];
  return {
    ...(before.role === after.role ? {} : { role: [before.role, after.role] }),
    ...(isDisabled[0] === isDisabled[1] ? {} : { disabled: isDisabled }),
    ...(before.email === after.email ? {} : { email: "changed" }),
    ...(hasNewPassword ? { credentials: "changed" } : {}),
  };
}
