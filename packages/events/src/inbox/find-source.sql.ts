import { type Database, Prisma } from "@drumline/db";

import type { WebhookScheme } from "../signatures/index.ts";
import { hashSourceToken, isSourceToken } from "../sources/index.ts";

/** What is asked of a source for each of its webhooks. */
export interface ReceivingSource {
  readonly id: string;
  readonly name: string;
  readonly scheme: WebhookScheme;
  /** As they stand in the row. */
  readonly sealed: string | null;
  readonly isDisabled: boolean;
  readonly requestsPerMinute: number;
}

/** Whose address it is; null for nobody's. A token that was changed is good until its day is over. */
export async function findSourceByToken(
  db: Pick<Database, "$queryRaw">,
  token: string,
  at: Date,
): Promise<ReceivingSource | null> {
  if (!isSourceToken(token)) return null;
  const hash = hashSourceToken(token);
  const [source] = await db.$queryRaw<ReceivingSource[]>(Prisma.sql`
    SELECT id, name, scheme::text AS scheme, secrets AS sealed, is_disabled AS "isDisabled",
      requests_per_minute AS "requestsPerMinute"
    FROM webhook_source WHERE token_hash = ${hash}
    UNION ALL
    SELECT id, name, scheme::text, secrets, is_disabled, requests_per_minute
    FROM webhook_source WHERE old_token_hash = ${hash} AND old_token_until > ${at}
    LIMIT 1`);
  return source ?? null;
}

/** A source that is heard often is not written each time. */
const noted = (column: string, at: Date): Prisma.Sql =>
  Prisma.sql`(${Prisma.raw(column)} IS NULL OR ${Prisma.raw(column)} < ${at}::timestamptz - interval '5 seconds')`;

export async function noteReceived(db: Database, id: string, at: Date): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE webhook_source SET last_received_at = ${at} WHERE id = ${id}::uuid AND ${noted("last_received_at", at)}`);
}

/** Why the last one was turned away, for whoever wonders why nothing comes. */
export async function noteRefused(db: Database, id: string, why: string, at: Date): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE webhook_source SET last_refused_at = ${at}, last_refusal = ${why}
    WHERE id = ${id}::uuid AND ${noted("last_refused_at", at)}`);
}
