import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { Role } from "../tokens/role.ts";

/** A user as it may be shown. */
export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly hasPassword: boolean;
  /** The OpenID Connect provider by which they came; null of those who were made here. */
  readonly issuer: string | null;
  readonly disabledAt: Date | null;
  readonly lastSignInAt: Date | null;
  readonly version: number;
  readonly createdAt: Date;
}

const COLUMNS = Prisma.sql`id, name, email, role::text, password_hash IS NOT NULL AS "hasPassword", issuer,
  disabled_at AS "disabledAt", last_sign_in_at AS "lastSignInAt", version, created_at AS "createdAt"`;

/** As whom a provider knows somebody: the subject never changes there, and is nobody else's. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** False when another user has the name or the identity, or a token has or had the name. */
export async function insertUser(
  db: Transaction,
  user: Pick<UserRow, "id" | "name" | "email" | "role" | "createdAt"> & {
    passwordHash: string | null;
    identity?: Identity;
  },
): Promise<boolean> {
  const { issuer = null, subject = null } = user.identity ?? {};
  const count = await db.$executeRaw(Prisma.sql`
    INSERT INTO api_user (id, name, email, role, password_hash, issuer, subject, created_at)
    SELECT ${user.id}::uuid, ${user.name}::text, ${user.email}::text, ${user.role}::api_role, ${user.passwordHash}::text,
      ${issuer}::text, ${subject}::text, ${user.createdAt}::timestamptz
    WHERE NOT EXISTS (SELECT FROM api_token WHERE lower(name) = lower(${user.name}))
    ON CONFLICT DO NOTHING`);
  return count === 1;
}

/** Who has the identity, held until the transaction ends. */
export async function lockUserOfIdentity(tx: Transaction, { issuer, subject }: Identity): Promise<UserRow | null> {
  const [row] = await tx.$queryRaw<UserRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM api_user WHERE issuer = ${issuer} AND subject = ${subject} FOR UPDATE`);
  return row ?? null;
}

export type UserCursor = string;

/** By name. */
export function loadUsers(
  db: Database,
  { disabled }: { disabled?: boolean | undefined },
  after: UserCursor | null,
  limit: number,
): Promise<UserRow[]> {
  return db.$queryRaw<UserRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM api_user
    WHERE (${after}::text IS NULL OR lower(name) > lower(${after}::text))
      AND (${disabled ?? null}::boolean IS NULL OR (disabled_at IS NOT NULL) = ${disabled ?? null}::boolean)
    ORDER BY lower(name) LIMIT ${limit}`);
}

/** By id or by name, however its letters are written. */
export async function loadUser(db: Database | Transaction, idOrName: string): Promise<UserRow | null> {
  const [row] = await db.$queryRaw<UserRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM api_user WHERE id::text = ${idOrName} OR lower(name) = lower(${idOrName})
    ORDER BY id::text = ${idOrName} DESC LIMIT 1`);
  return row ?? null;
}

/** Who has the name, and what their password must fit. */
export async function loadCredentials(
  db: Database,
  name: string,
): Promise<{ id: string; name: string; role: Role; passwordHash: string | null; isDisabled: boolean } | null> {
  const [row] = await db.$queryRaw<
    { id: string; name: string; role: Role; passwordHash: string | null; isDisabled: boolean }[]
  >(Prisma.sql`
    SELECT id, name, role::text, password_hash AS "passwordHash", disabled_at IS NOT NULL AS "isDisabled"
    FROM api_user WHERE lower(name) = lower(${name})`);
  return row ?? null;
}

/** Holds the row until the transaction ends; false where there is none. */
export async function lockUser(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>(Prisma.sql`SELECT 1 FROM api_user WHERE id = ${id}::uuid FOR UPDATE`);
  return rows.length > 0;
}

/** What changes; a field that is left out stays. */
export interface UserChange {
  readonly email?: string | null;
  readonly role?: Role;
  readonly disabledAt?: Date | null;
  readonly passwordHash?: string;
}

export async function saveUser(tx: Transaction, id: string, change: UserChange): Promise<void> {
  await tx.apiUser.update({ where: { id }, data: { ...change, version: { increment: 1 } } });
}

/** Whether somebody with the role admin may sign in. */
export async function hasAdminUser(db: Database): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>(Prisma.sql`
    SELECT 1 FROM api_user WHERE role = 'admin' AND disabled_at IS NULL LIMIT 1`);
  return rows.length > 0;
}

/** Whether anybody was ever made a user. */
export async function hasUser(db: Database): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>(Prisma.sql`SELECT 1 FROM api_user LIMIT 1`);
  return rows.length > 0;
}
