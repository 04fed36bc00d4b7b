import { randomUUID } from "node:crypto";

import { DAY_MS, MINUTE_MS } from "@drumline/core/clock";
import { DrumlineError } from "@drumline/core/errors";
import type { Database, Transaction } from "@drumline/db";

import { recordSecurityEvent } from "../security-log/security-events.sql.ts";
import type { Role } from "./role.ts";
import type { Scope } from "./scope.ts";
import { createSecret, hashSecret } from "./secret.ts";
import { insertToken, loadToken, saveRevocation, saveRotation, type TokenRow } from "./tokens.sql.ts";

/** Whom the audit names for the token of the environment. */
export const ADMIN_TOKEN_NAME = "API_ADMIN_TOKEN";

/** It stands in the audit, in log lines and beside runs. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,79}$/u;

/** The token cannot be as it is asked for, or an active token or a user has its name. */
export class RefusedToken extends DrumlineError {
  constructor(message: string) {
    super(message, { code: "REFUSED_TOKEN" });
  }
}

/** There is no such token that is active. */
export class NoSuchToken extends DrumlineError {
  constructor(id: string) {
    super(`there is no active token ${id}`, { code: "NO_SUCH_TOKEN" });
  }
}

/** Who makes or changes a token. */
export interface TokenChange {
  readonly now: Date;
  /** Stands in the security log. */
  readonly by: string | null;
  readonly remoteAddr?: string | null;
  /** What else ends or moves with the token, in the same transaction. */
  readonly also?: (tx: Transaction, token: TokenRow) => Promise<unknown>;
}

export interface NewToken {
  readonly scopes?: readonly Scope[];
  /** Null: never. */
  readonly expiresAt?: Date | null;
}

/** A token, and its secret, which is kept nowhere else. */
export interface IssuedToken {
  readonly token: TokenRow;
  readonly secret: string;
}

/**
 * Makes a token and answers its secret.
 * @throws {RefusedToken} when the name cannot be one, or an active token or a user has it
 */
export async function createToken(db: Database, name: string, role: Role): Promise<string> {
  return (await issueToken(db, { name, role }, { now: new Date(), by: null })).secret;
}

/** @throws {RefusedToken} */
export function issueToken(
  db: Database,
  { name, role, scopes = [], expiresAt = null }: NewToken & { readonly name: string; readonly role: Role },
  { now, by, remoteAddr = null }: TokenChange,
): Promise<IssuedToken> {
  if (!NAME.test(name) || name === ADMIN_TOKEN_NAME)
    throw new RefusedToken(
      `"${name}" is no name for a token; expected up to 80 letters, digits, blanks and . _ @ -, the first a letter or digit`,
    );
  checkExpiry(expiresAt, now);
  const secret = createSecret();
  const id = randomUUID();
  const row = { id, name, role, scopes, hash: hashSecret(secret), createdAt: now, createdBy: by, expiresAt };
  return db.$transaction(async (tx) => {
    if (!(await insertToken(tx, row)))
      throw new RefusedToken(
        `there is an active token (or a user) named "${name}" already; revoke it first, or choose another name`,
      );
    const detail = { role, scopes, expiresAt };
    await recordSecurityEvent(tx, { at: now, kind: "TOKEN_CREATED", actor: by, subject: name, remoteAddr, detail });
    return { token: (await loadToken(tx, id))!, secret };
  });
}

/** As long as a deployment takes that brings the new secret to everybody who uses it. */
export const MOST_OLD_MS = 7 * DAY_MS;
const LEAST_LIFE_MS = MINUTE_MS;

/**
 * Gives a token another secret. The one it had is good for `oldForMs` more, so that nobody who uses it is shut out meanwhile;
 * `expiresAt` that is left out stays.
 * @throws {NoSuchToken} {RefusedToken}
 */
export function rotateToken(
  db: Database,
  id: string,
  { oldForMs, expiresAt }: { readonly oldForMs: number; readonly expiresAt?: Date | null | undefined },
  { now, by, remoteAddr = null, also }: TokenChange,
): Promise<IssuedToken> {
  checkExpiry(expiresAt ?? null, now);
  const secret = createSecret();
  return db.$transaction(async (tx) => {
    const before = await loadToken(tx, id);
    if (before === null) throw new NoSuchToken(id);
    const rotation = {
      hash: hashSecret(secret),
      oldUntil: new Date(now.getTime() + oldForMs),
      expiresAt: expiresAt === undefined ? before.expiresAt : expiresAt,
      now,
    };
    if (!(await saveRotation(tx, id, rotation))) throw new NoSuchToken(id);
    const detail = { oldUntil: rotation.oldUntil, expiresAt: rotation.expiresAt };
    await recordSecurityEvent(tx, {
      at: now,
      kind: "TOKEN_ROTATED",
      actor: by,
      subject: before.name,
      remoteAddr,
      detail,
    });
    const token = (await loadToken(tx, id))!;
    await also?.(tx, token);
    return { token, secret };
  });
}

/** By name or id: refused from now on, within seconds everywhere. Null where there is no active one. */
export function revokeToken(
  db: Database,
  idOrName: string,
  { now, by, remoteAddr = null, also }: TokenChange = { now: new Date(), by: null },
): Promise<TokenRow | null> {
  return db.$transaction(async (tx) => {
    const token = await saveRevocation(tx, idOrName, now);
    if (token === null) return null;
    await recordSecurityEvent(tx, { at: now, kind: "TOKEN_REVOKED", actor: by, subject: token.name, remoteAddr });
    await also?.(tx, token);
    return token;
  });
}

function checkExpiry(expiresAt: Date | null, now: Date): void {
  if (expiresAt === null || expiresAt.getTime() >= now.getTime() + LEAST_LIFE_MS) return;
  throw new RefusedToken(
    `the token would expire at ${expiresAt.toISOString()}; expected an instant that is still to come, a minute from now at least`,
  );
}
