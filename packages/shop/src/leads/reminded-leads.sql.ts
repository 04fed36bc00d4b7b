import { type Database, Prisma, type Transaction } from "@drumline/db";

import { hashOfLinkToken, newLinkToken } from "../people/link-token.ts";

/** What a reminder is written from. No price: it may be another by the time it is read. */
export interface RemindedLead {
  readonly id: bigint;
  readonly email: string;
  readonly emailKey: string;
  readonly name: string | null;
  readonly locale: string;
  /** IANA; null: the shop's. */
  readonly timeZone: string | null;
  readonly lines: readonly { readonly sku: string; readonly title: string; readonly quantity: number }[];
}

/** Those that have an address; ask `loadLeadStops` whether they may be written to. */
export async function loadRemindedLeads(
  db: Database | Transaction,
  leadIds: readonly bigint[],
): Promise<RemindedLead[]> {
  return db.$queryRaw<RemindedLead[]>(Prisma.sql`
    SELECT id, email, email_key AS "emailKey", name, locale, time_zone AS "timeZone", lines FROM shop_lead
    WHERE id = ANY(${[...leadIds]}::bigint[]) AND email IS NOT NULL AND email_key IS NOT NULL ORDER BY id`);
}

const LINK_HOURS = 48;

/** Below the address of the api, where a shopper reaches it. */
export const restorePathOf = (token: string): string => `/shop/restore/${token}`;

/**
 * A new link for each of these leads, good for 48 hours, in the transaction that records its mail: the token is in the
 * answer and in the mail, and nowhere else. Links of earlier reminders stay good until they run out.
 */
export async function issueRestoreLinks(
  tx: Transaction,
  leadIds: readonly bigint[],
  now: Date,
  newToken: () => string = newLinkToken,
): Promise<Map<bigint, string>> {
  const tokens = new Map(leadIds.map((id) => [id, newToken()]));
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO shop_restore_link (token_hash, lead_id, created_at, expires_at)
    SELECT hash, lead_id, ${now}, ${now}::timestamptz + make_interval(hours => ${LINK_HOURS})
    FROM unnest(${[...tokens.keys()]}::bigint[], ${[...tokens.values()].map(hashOfLinkToken)}::text[]) AS link(lead_id, hash)
    ORDER BY lead_id`);
  return tokens;
}
