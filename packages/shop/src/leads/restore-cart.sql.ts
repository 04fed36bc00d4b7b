import { type Database, Prisma, type Transaction } from "@drumline/db";

import { endLeads } from "./end-leads.sql.ts";
import { isLeadBought } from "./purchase.sql.ts";
import { hashOfLinkToken } from "../people/link-token.ts";

/** What a link in a reminder leads to. */
export type LinkState =
  /** The cart can be brought back. */
  | "READY"
  /** It was, by this link or another of the lead. */
  | "RESTORED"
  /** The cart was ordered, or its person bought some of it since: it is not brought back. */
  | "BOUGHT"
  | "EXPIRED"
  /** No such link, or its lead was erased. */
  | "UNKNOWN";

export interface RestoreLink {
  readonly state: LinkState;
  /** What the shop calls the cart; null where it is not to be had any more. */
  readonly cartReference: string | null;
  readonly locale: string;
  readonly lines: readonly { readonly title: string; readonly quantity: number }[];
}

const NO_LINK: RestoreLink = { state: "UNKNOWN", cartReference: null, locale: "en", lines: [] };

/** Looks, and changes nothing: mail programs and guards follow every link in a mail. */
export async function loadRestoreLink(db: Database | Transaction, token: string, now: Date): Promise<RestoreLink> {
  const [link] = await db.$queryRaw<RestoreLink[]>(Prisma.sql`
    SELECT lead.locale, lead.lines, cart.reference AS "cartReference", CASE
      WHEN lead.status = 'ERASED' THEN 'UNKNOWN'
      WHEN lead.status = 'BOUGHT' OR cart.status = 'ORDERED' OR ${isLeadBought("lead")} THEN 'BOUGHT'
      WHEN link.expires_at <= ${now} OR cart.id IS NULL THEN 'EXPIRED'
      WHEN lead.restored_at IS NOT NULL THEN 'RESTORED'
      ELSE 'READY' END AS state
    FROM shop_restore_link link JOIN shop_lead lead ON lead.id = link.lead_id LEFT JOIN shop_cart cart ON cart.id = lead.cart_id
    WHERE link.token_hash = ${hashOfLinkToken(token)}`);
  return link ?? NO_LINK;
}

/**
 * Brings the cart back, once, however often it is asked: its shopper is back, so that nothing reminds of it any more.
 * Answers what the link led to before. The cart is held while that is found out: no order of it can come meanwhile.
 */
export async function restoreCart(db: Database, token: string, now: Date): Promise<RestoreLink> {
  return db.$transaction(async (tx) => {
    const leadId = await lockCartAndLead(tx, token);
    const link = await loadRestoreLink(tx, token, now);
    if (leadId === null || link.state !== "READY") return link;
    await tx.$executeRaw(Prisma.sql`
      UPDATE shop_cart SET status = 'OPEN', last_activity_at = greatest(last_activity_at, ${now}::timestamptz), updated_at = ${now}
      WHERE id = (SELECT cart_id FROM shop_lead WHERE id = ${leadId})`);
    await tx.$executeRaw(Prisma.sql`UPDATE shop_lead SET restored_at = ${now} WHERE id = ${leadId}`);
    await endLeads(tx, new Map([[leadId, "RESTORED"]]), now);
    return link;
  });
}

/** The cart first, as the clean-up does. */
async function lockCartAndLead(tx: Transaction, token: string): Promise<bigint | null> {
  const lead = Prisma.sql`SELECT lead_id FROM shop_restore_link WHERE token_hash = ${hashOfLinkToken(token)}`;
  await tx.$queryRaw(Prisma.sql`
    SELECT id FROM shop_cart WHERE id = (SELECT cart_id FROM shop_lead WHERE id = (${lead})) FOR UPDATE`);
  const [locked] = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM shop_lead WHERE id = (${lead}) FOR NO KEY UPDATE`);
  return locked?.id ?? null;
}
