import { type Database, Prisma, type Transaction } from "@drumline/db";

export const SECURITY_EVENT_KINDS = [
  "SIGN_IN",
  "SIGN_IN_FAILED",
  "SIGN_INS_BLOCKED",
  "SIGN_OUT",
  "SESSION_ENDED",
  "LINK_CREATED",
  "WRONG_TOKEN",
  "WRONG_TOKENS_BLOCKED",
  "REFUSED",
  "USER_CREATED",
  "USER_CHANGED",
  "TOKEN_CREATED",
  "TOKEN_ROTATED",
  "TOKEN_REVOKED",
] as const;
export type SecurityEventKind = (typeof SECURITY_EVENT_KINDS)[number];

export interface SecurityEvent {
  readonly at: Date;
  readonly kind: SecurityEventKind;
  /** Who did it, as far as that is known: never what a stranger typed, which may be a password. */
  readonly actor: string | null;
  /** Whom or what it was done to. */
  readonly subject?: string | null;
  readonly remoteAddr: string | null;
  /** No secrets, and nothing of a request's body. */
  readonly detail?: object;
}

/** In the transaction of what it tells about, where there is one. */
export async function recordSecurityEvent(
  db: Database | Transaction,
  { at, kind, actor, subject = null, remoteAddr, detail = {} }: SecurityEvent,
): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    INSERT INTO security_event (at, kind, actor, subject, remote_addr, detail)
    VALUES (${at}, ${kind}, ${actor}, ${subject}, ${remoteAddr}, ${JSON.stringify(detail)}::jsonb)`);
}

export interface SecurityEventRow {
  readonly id: bigint;
  readonly at: Date;
  readonly kind: SecurityEventKind;
  readonly actor: string | null;
  readonly subject: string | null;
  readonly remoteAddr: string | null;
  readonly detail: unknown;
}

export interface SecurityEventFilter {
  readonly kind?: SecurityEventKind | undefined;
  readonly actor?: string | undefined;
  readonly subject?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** Newest first. */
export function loadSecurityEvents(
  db: Database,
  { kind, actor, subject, since, until }: SecurityEventFilter,
  after: bigint | null,
  limit: number,
): Promise<SecurityEventRow[]> {
  const conditions = [
    ...(kind === undefined ? [] : [Prisma.sql`kind = ${kind}`]),
    ...(actor === undefined ? [] : [Prisma.sql`actor = ${actor}`]),
    ...(subject === undefined ? [] : [Prisma.sql`subject = ${subject}`]),
    ...(since === undefined ? [] : [Prisma.sql`at >= ${since}`]),
    ...(until === undefined ? [] : [Prisma.sql`at < ${until}`]),
    ...(after === null ? [] : [Prisma.sql`id < ${after}`]),
  ];
  return db.$queryRaw<SecurityEventRow[]>(Prisma.sql`
    SELECT id, at, kind, actor, subject, remote_addr AS "remoteAddr", detail FROM security_event
    ${conditions.length === 0 ? Prisma.empty : Prisma.sql`WHERE ${Prisma.join(conditions, " AND ")}`}
    ORDER BY id DESC LIMIT ${limit}`);
}
