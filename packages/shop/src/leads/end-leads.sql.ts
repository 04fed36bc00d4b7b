import { type Database, lockedById, Prisma, type Transaction } from "@drumline/db";

import type { LeadStop } from "./lead-stops.sql.ts";
import { isLeadBought } from "./purchase.sql.ts";
import { supersedeReminders } from "./reminders.sql.ts";

/** Ends leads that must not be reminded any more, and the reminders that wait. One that has ended keeps its first reason. */
export async function endLeads(tx: Transaction, stops: ReadonlyMap<bigint, LeadStop>, at: Date): Promise<number> {
  const ending = [...stops].filter(([, stop]) => stop !== "ERASED");
  if (ending.length === 0) return 0;
  const ended = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    WITH stop AS (
      SELECT * FROM unnest(${ending.map(([id]) => id)}::bigint[], ${ending.map(([, stop]) => stop)}::text[]) AS stop(id, reason)
    ), ${lockedById("shop_lead", Prisma.sql`id IN (SELECT id FROM stop) AND status = 'OPEN'`)}
    UPDATE shop_lead lead SET ended_at = ${at},
      status = (CASE stop.reason WHEN 'BOUGHT' THEN 'BOUGHT' ELSE 'ENDED' END)::shop_lead_status,
      end_reason = nullif(stop.reason, 'BOUGHT')
    FROM stop JOIN locked USING (id) WHERE lead.id = stop.id RETURNING lead.id`);
  await supersedeReminders(
    tx,
    ended.map(({ id }) => id),
    at,
  );
  return ended.length;
}

/**
 * Ends the open leads of whoever placed these orders, as far as the orders have some of it: in the transaction that places
 * or confirms them. `clean_up_database` ends what comes another way.
 */
export async function endBoughtLeads(tx: Transaction, orderIds: readonly bigint[], at: Date): Promise<number> {
  if (orderIds.length === 0) return 0;
  const bought = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    WITH placed AS (
      SELECT email_key, cart_id, customer_id FROM shop_order WHERE id = ANY(${[...orderIds]}::bigint[])
    ), candidate AS (
      SELECT lead.id FROM placed JOIN shop_lead lead USING (email_key)
      UNION SELECT lead.id FROM placed JOIN shop_lead lead USING (cart_id)
      UNION SELECT lead.id FROM placed JOIN shop_customer customer ON customer.id = placed.customer_id
        JOIN shop_lead lead ON lead.email_key = customer.email_key)
    SELECT lead.id FROM candidate JOIN shop_lead lead USING (id) WHERE lead.status = 'OPEN' AND ${isLeadBought("lead")}`);
  return endLeads(tx, new Map(bought.map(({ id }) => [id, "BOUGHT"])), at);
}

/** Ends one lead by a person's word. False where it is not open. */
export async function endLeadByHand(db: Database, leadId: bigint, at: Date): Promise<boolean> {
  return (await db.$transaction((tx) => endLeads(tx, new Map([[leadId, "BY_PERSON"]]), at))) === 1;
}
