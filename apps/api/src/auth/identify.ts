import { type Clock, SECOND_MS } from "@drumline/core/clock";
import type { Database } from "@drumline/db";
import { ADMIN_TOKEN_NAME, hashSecret, isSameHash, loadTokenByHash, markTokenUsed } from "@drumline/engine";

import type { Identity } from "./access.ts";

/** Whose token it is; null for nobody's. */
export type Identify = (secret: string) => Promise<Identity | null>;

// A revoked token is refused after this long at the latest.
const REMEMBERED_MS = 5 * SECOND_MS;
const MOST_REMEMBERED = 1_000;
const ADMIN: Identity = { name: ADMIN_TOKEN_NAME, role: "admin", via: "token" };

/**
 * Knows the tokens of the table, and the one of the environment. Only hashes are compared and remembered; a token that
 * was not right within the last seconds costs one indexed read.
 */
export function createIdentify(db: Database, clock: Clock, { adminToken }: { adminToken: string | null }): Identify {
  const adminHash = adminToken === null ? null : hashSecret(adminToken);
  const remembered = new Map<string, { identity: Identity; untilMs: number }>();

  return async (secret) => {
    const hash = hashSecret(secret);
    if (adminHash !== null && isSameHash(hash, adminHash)) return ADMIN;
    const known = remembered.get(hash);
    if (known !== undefined && known.untilMs > clock.now().getTime()) return known.identity;
    remembered.delete(hash);
    const now = clock.now();
    const token = await loadTokenByHash(db, hash, now);
    if (token === null || !isSameHash(token.matched, hash)) return null;
    await markTokenUsed(db, token.id);
    const { name, role, scopes, expiresAt } = token;
    const identity: Identity = { name, role, via: "token", token: { id: token.id, scopes, expiresAt } };
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    const untilMs = Math.min(now.getTime() + REMEMBERED_MS, token.goodUntil?.getTime() ?? Infinity);
    remembered.set(hash, { identity, untilMs });
    return identity;
  };
}
