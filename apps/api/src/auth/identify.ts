import { type Clock, SECOND_MS } from "@drumline/core/clock";
import type { Database } from "@drumline/db";
import { hashSecret, isSameHash, loadTokenByHash, markTokenUsed } from "@drumline/engine";

import type { Identity } from "./access.ts";

export interface Identifier {
  /** Whose token it is, as the database says. */
  find(secret: string): Promise<Identity | null>;
  /** Whose it was within the last seconds; asks nothing. */
  recall(secret: string): Identity | null;
}

// A revoked token is refused after this long at the latest.
const REMEMBERED_MS = 5 * SECOND_MS;
const MOST_REMEMBERED = 1_000;
const ADMIN: Identity = { name: "API_ADMIN_TOKEN", role: "admin" };

/** Knows the tokens of the table, and the one of the environment. Only hashes are compared and remembered. */
export function createIdentifier(
  db: Database,
  clock: Clock,
  { adminToken }: { adminToken: string | null },
): Identifier {
  const adminHash = adminToken === null ? null : hashSecret(adminToken);
  const remembered = new Map<string, { identity: Identity; untilMs: number }>();

  const recallHash = (hash: string): Identity | null => {
    if (adminHash !== null && isSameHash(hash, adminHash)) return ADMIN;
    const known = remembered.get(hash);
    return known !== undefined && known.untilMs > clock.now().getTime() ? known.identity : null;
  };

  return {
    recall: (secret) => recallHash(hashSecret(secret)),
    find: async (secret) => {
      const hash = hashSecret(secret);
      const known = recallHash(hash);
      if (known !== null) return known;
      remembered.delete(hash);
      const token = await loadTokenByHash(db, hash);
      if (token === null || !isSameHash(token.hash, hash)) return null;
      await markTokenUsed(db, token.id);
      const identity = { name: token.name, role: token.role };
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      remembered.set(hash, { identity, untilMs: clock.now().getTime() + REMEMBERED_MS });
      return identity;
    },
  };
}
