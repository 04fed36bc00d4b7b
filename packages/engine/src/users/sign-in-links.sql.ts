import { randomUUID } from "node:crypto";

import { MINUTE_MS } from "@drumline/core/clock";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { recordSecurityEvent } from "../security-log/security-events.sql.ts";
import { createRandom, hashSecret } from "../tokens/secret.ts";
import { DisabledUser } from "./refusals.ts";
import { lockUser, type UserRow } from "./users.sql.ts";

const LINK_LIFE_MS = 15 * MINUTE_MS;

/** What signs a user in once, and until when; the token is kept nowhere else. */
export interface SignInLink {
  readonly token: string;
  readonly expiresAt: Date;
}

/**
 * A link for the user; those made before and not used are worth nothing from then on.
 * @throws {DisabledUser}
 */
export function createSignInLink(
  db: Database,
  user: UserRow,
  { by, remoteAddr, now }: { by: string; remoteAddr: string | null; now: Date },
): Promise<SignInLink> {
  if (user.disabledAt !== null) throw new DisabledUser(user.name);
  const token = createRandom();
  const expiresAt = new Date(now.getTime() + LINK_LIFE_MS);
  return db.$transaction(async (tx) => {
    // Of two that are made at once, one is left.
    await lockUser(tx, user.id);
    await deleteLinksOf(tx, user.id);
    await tx.signInLink.create({
      data: {
        id: randomUUID(),
        hash: hashSecret(token),
        userId: user.id,
        createdBy: by,
        createdAt: now,
        expiresAt,
      },
    });
    await recordSecurityEvent(tx, { at: now, kind: "LINK_CREATED", actor: by, subject: user.name, remoteAddr });
    return { token, expiresAt };
  });
}

/** Uses a link up and answers whose it was; null where it is unknown, used, too old, or its user may not sign in. */
export async function useSignInLink(
  tx: Transaction,
  token: string,
  now: Date,
): Promise<Pick<UserRow, "id" | "name" | "role"> | null> {
  const [row] = await tx.$queryRaw<Pick<UserRow, "id" | "name" | "role">[]>(Prisma.sql`
    UPDATE sign_in_link link SET used_at = ${now} FROM api_user account
    WHERE link.hash = ${hashSecret(token)} AND link.used_at IS NULL AND link.expires_at > ${now}
      AND account.id = link.user_id AND account.disabled_at IS NULL
    RETURNING account.id, account.name, account.role::text`);
  return row ?? null;
}

/** Those that are not used; the others are their own record. */
export async function deleteLinksOf(tx: Transaction, userId: string): Promise<void> {
  await tx.$executeRaw(Prisma.sql`DELETE FROM sign_in_link WHERE user_id = ${userId}::uuid AND used_at IS NULL`);
}
