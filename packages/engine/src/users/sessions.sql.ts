import { randomUUID } from "node:crypto";

import { DAY_MS, HOUR_MS } from "@drumline/core/clock";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { Role } from "../tokens/role.ts";
import { createRandom, hashSecret } from "../tokens/secret.ts";

/** How somebody signed in. */
export const SIGN_IN_METHODS = ["PASSWORD", "LINK", "OIDC"] as const;
export type SignInMethod = (typeof SIGN_IN_METHODS)[number];

export const SESSION_LIFE_MS = 7 * DAY_MS;
const IDLE_MS = 12 * HOUR_MS;

/** A session that goes on, as the guard knows it. */
export interface LivingSession {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
  readonly method: SignInMethod;
  readonly createdAt: Date;
}

/** As it may be shown: its secret is nowhere. */
export interface SessionRow extends LivingSession {
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly remoteAddr: string | null;
  readonly userAgent: string | null;
}

const COLUMNS = Prisma.sql`session.id, session.user_id AS "userId", account.name, account.role::text, session.method,
  session.created_at AS "createdAt", session.last_seen_at AS "lastSeenAt", session.expires_at AS "expiresAt",
  session.remote_addr AS "remoteAddr", session.user_agent AS "userAgent"`;

const goesOn = (now: Date) => Prisma.sql`session.ended_at IS NULL AND session.expires_at > ${now}
  AND session.last_seen_at > ${new Date(now.getTime() - IDLE_MS)} AND account.disabled_at IS NULL`;

/** A new session of the user, and the secret for its cookie, which is kept nowhere else. */
export async function startSession(
  tx: Transaction,
  session: Pick<SessionRow, "userId" | "method" | "remoteAddr" | "userAgent">,
  now: Date,
): Promise<string> {
  const secret = createRandom();
  await tx.apiSession.create({
    data: {
      ...session,
      id: randomUUID(),
      hash: hashSecret(secret),
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + SESSION_LIFE_MS),
    },
  });
  await tx.apiUser.update({ where: { id: session.userId }, data: { lastSignInAt: now } });
  return secret;
}

/**
 * Whose session it is, with the role they have now. That they were seen is noted once a minute at most, and not where
 * `isSeen` is false: what a page does by itself keeps no session alive that nobody uses.
 */
export async function findSession(
  db: Database,
  secret: string,
  now: Date,
  { isSeen = true }: { readonly isSeen?: boolean } = {},
): Promise<LivingSession | null> {
  const [row] = await db.$queryRaw<SessionRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM api_session session JOIN api_user account ON account.id = session.user_id
    WHERE session.hash = ${hashSecret(secret)} AND ${goesOn(now)}`);
  if (row === undefined) return null;
  if (!isSeen) return row;
  await db.$executeRaw(Prisma.sql`
    UPDATE api_session SET last_seen_at = ${now}
    WHERE id = ${row.id}::uuid AND last_seen_at < ${now}::timestamptz - interval '1 minute'`);
  return row;
}

export interface SessionCursor {
  readonly createdAt: Date;
  readonly id: string;
}

/** Sessions that go on, of one user or of all, newest first. */
export function loadSessions(
  db: Database,
  { userId }: { userId?: string | undefined },
  now: Date,
  after: SessionCursor | null,
  limit: number,
): Promise<SessionRow[]> {
  return db.$queryRaw<SessionRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM api_session session JOIN api_user account ON account.id = session.user_id
    WHERE ${goesOn(now)} AND (${userId ?? null}::uuid IS NULL OR session.user_id = ${userId ?? null}::uuid)
      AND (${after?.createdAt ?? null}::timestamptz IS NULL
        OR (session.created_at, session.id) < (${after?.createdAt ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    ORDER BY session.created_at DESC, session.id DESC LIMIT ${limit}`);
}

/** Ends a session; of this user alone, where one is named. The name of whose it was; null where there is none to end. */
export async function endSession(
  tx: Transaction,
  id: string,
  now: Date,
  { userId }: { userId: string | null },
): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ name: string }[]>(Prisma.sql`
    UPDATE api_session session SET ended_at = ${now} FROM api_user account
    WHERE session.id = ${id}::uuid AND account.id = session.user_id AND session.ended_at IS NULL
      AND (${userId}::uuid IS NULL OR session.user_id = ${userId}::uuid)
    RETURNING account.name`);
  return row?.name ?? null;
}

/** Ends all sessions of a user, but the one that is excepted. */
export async function endSessionsOf(
  tx: Transaction,
  userId: string,
  now: Date,
  { but }: { but: string | null },
): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE api_session SET ended_at = ${now}
    WHERE user_id = ${userId}::uuid AND ended_at IS NULL AND id IS DISTINCT FROM ${but}::uuid`);
}
