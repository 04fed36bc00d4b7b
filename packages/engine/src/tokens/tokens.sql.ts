import { type Database, Prisma } from "@drumline/db";

import type { Role } from "./role.ts";

/** A token as it may be shown: its secret is nowhere. */
export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const COLUMNS = Prisma.sql`id, name, role::text, created_at AS "createdAt", last_used_at AS "lastUsedAt", revoked_at AS "revokedAt"`;

/** False when an active token or a user has the name already. */
export async function insertToken(
  db: Database,
  token: { id: string; name: string; role: Role; hash: string },
): Promise<boolean> {
  const count = await db.$executeRaw(Prisma.sql`
    INSERT INTO api_token (id, name, role, hash)
    SELECT ${token.id}::uuid, ${token.name}::text, ${token.role}::api_role, ${token.hash}::text
    WHERE NOT EXISTS (SELECT FROM api_user WHERE lower(name) = lower(${token.name}))
    ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING`);
  return count === 1;
}

/** Active ones first, then by name. */
export function loadTokens(db: Database): Promise<TokenRow[]> {
  return db.$queryRaw<TokenRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM api_token ORDER BY revoked_at IS NOT NULL, name, created_at`);
}

/** The active token with this hash. */
export async function loadTokenByHash(db: Database, hash: string): Promise<(TokenRow & { hash: string }) | null> {
  const [row] = await db.$queryRaw<(TokenRow & { hash: string })[]>(Prisma.sql`
    SELECT ${COLUMNS}, hash FROM api_token WHERE hash = ${hash} AND revoked_at IS NULL`);
  return row ?? null;
}

/** At most once a minute, so that a busy token does not write with every request. */
export async function markTokenUsed(db: Database, id: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE api_token SET last_used_at = now()
    WHERE id = ${id}::uuid AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`);
}

/** False when no active token has the name. */
export async function revokeToken(db: Database, name: string): Promise<boolean> {
  const count = await db.$executeRaw(Prisma.sql`
    UPDATE api_token SET revoked_at = now() WHERE name = ${name} AND revoked_at IS NULL`);
  return count > 0;
}

/** Whether a token that is not revoked has the role admin. */
export async function hasAdminToken(db: Database): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>(Prisma.sql`
    SELECT 1 FROM api_token WHERE role = 'admin' AND revoked_at IS NULL LIMIT 1`);
  return rows.length > 0;
}
