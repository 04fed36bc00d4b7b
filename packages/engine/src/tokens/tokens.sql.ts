import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { Role } from "./role.ts";
import type { Scope } from "./scope.ts";

/** A token as it may be shown: its secret is nowhere. */
export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Empty: whatever the role may do. */
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly createdBy: string | null;
  /** Null: never. */
  readonly expiresAt: Date | null;
  readonly rotatedAt: Date | null;
  /** Until then, the secret before the last rotation is good too. */
  readonly oldUntil: Date | null;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const COLUMNS = Prisma.sql`id, name, role::text, scopes, created_at AS "createdAt", created_by AS "createdBy",
  expires_at AS "expiresAt", rotated_at AS "rotatedAt", old_until AS "oldUntil", last_used_at AS "lastUsedAt",
  revoked_at AS "revokedAt"`;

/** False when an active token or a user has the name already. */
export async function insertToken(
  db: Transaction,
  token: Pick<TokenRow, "id" | "name" | "role" | "scopes" | "createdAt" | "createdBy" | "expiresAt"> & { hash: string },
): Promise<boolean> {
  const count = await db.$executeRaw(Prisma.sql`
    INSERT INTO api_token (id, name, role, scopes, hash, created_at, created_by, expires_at)
    SELECT ${token.id}::uuid, ${token.name}::text, ${token.role}::api_role, ${[...token.scopes]}::text[], ${token.hash}::text,
      ${token.createdAt}::timestamptz, ${token.createdBy}::text, ${token.expiresAt}::timestamptz
    WHERE NOT EXISTS (SELECT FROM api_user WHERE lower(name) = lower(${token.name}))
    ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING`);
  return count === 1;
}

/** Active ones first, then by name. */
export function loadTokens(db: Database): Promise<TokenRow[]> {
  return db.$queryRaw<TokenRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM api_token ORDER BY revoked_at IS NOT NULL, name, created_at`);
}

export interface TokenCursor {
  readonly name: string;
  readonly id: string;
}

/** By name; without those that are revoked, unless they are asked for. */
export function loadTokenPage(
  db: Database,
  { revoked = false }: { revoked?: boolean | undefined },
  after: TokenCursor | null,
  limit: number,
): Promise<TokenRow[]> {
  return db.$queryRaw<TokenRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM api_token
    WHERE (${revoked} OR revoked_at IS NULL)
      AND (${after?.name ?? null}::text IS NULL OR (name, id) > (${after?.name ?? null}::text, ${after?.id ?? null}::uuid))
    ORDER BY name, id LIMIT ${limit}`);
}

/** A token, active or not. */
export async function loadToken(db: Database | Transaction, id: string): Promise<TokenRow | null> {
  const [row] = await db.$queryRaw<TokenRow[]>(Prisma.sql`SELECT ${COLUMNS} FROM api_token WHERE id = ${id}::uuid`);
  return row ?? null;
}

/** The token that has this hash and is good at `now`; `matched` is the hash, of today's secret or of the one before. */
export async function loadTokenByHash(
  db: Database,
  hash: string,
  now: Date,
): Promise<(TokenRow & { readonly matched: string; readonly goodUntil: Date | null }) | null> {
  const [row] = await db.$queryRaw<(TokenRow & { matched: string; goodUntil: Date | null })[]>(Prisma.sql`
    SELECT ${COLUMNS}, CASE hash WHEN ${hash} THEN hash ELSE old_hash END AS matched,
      CASE hash WHEN ${hash} THEN expires_at ELSE least(expires_at, old_until) END AS "goodUntil"
    FROM api_token
    WHERE (hash = ${hash} OR (old_hash = ${hash} AND old_until > ${now}))
      AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ${now})`);
  return row ?? null;
}

/** At most once a minute, so that a busy token does not write with every request. */
export async function markTokenUsed(db: Database, id: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE api_token SET last_used_at = now()
    WHERE id = ${id}::uuid AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`);
}

/** Gives an active token another hash; the one it had is good until `oldUntil`. False where there is none. */
export async function saveRotation(
  tx: Transaction,
  id: string,
  { hash, oldUntil, expiresAt, now }: { hash: string; oldUntil: Date; expiresAt: Date | null; now: Date },
): Promise<boolean> {
  const count = await tx.$executeRaw(Prisma.sql`
    UPDATE api_token SET old_hash = hash, old_until = ${oldUntil}, hash = ${hash}, rotated_at = ${now}, expires_at = ${expiresAt}
    WHERE id = ${id}::uuid AND revoked_at IS NULL`);
  return count === 1;
}

/** The active token of this name or id, from then on revoked; null where there is none. */
export async function saveRevocation(tx: Transaction, idOrName: string, now: Date): Promise<TokenRow | null> {
  const [row] = await tx.$queryRaw<TokenRow[]>(Prisma.sql`
    UPDATE api_token SET revoked_at = ${now} WHERE (name = ${idOrName} OR id::text = ${idOrName}) AND revoked_at IS NULL
    RETURNING ${COLUMNS}`);
  return row ?? null;
}

/** Whether a token that is not revoked has the role admin, and is not held to scopes. */
export async function hasAdminToken(db: Database): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>(Prisma.sql`
    SELECT 1 FROM api_token
    WHERE role = 'admin' AND revoked_at IS NULL AND scopes = '{}' AND (expires_at IS NULL OR expires_at > now()) LIMIT 1`);
  return rows.length > 0;
}
