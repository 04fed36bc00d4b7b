import { type Database, Prisma, type Transaction } from "@drumline/db";

import { isLeadBought } from "./purchase.sql.ts";
import { isSuppressed } from "./suppressed.sql.ts";

/** Why a lead must not be reminded. */
export const LEAD_STOPS = [
  /** The same person has bought some of it, or ordered the cart itself. */
  "BOUGHT",
  /** The address is on the list of those that get no reminders: asked for, bounced or complained. */
  "UNSUBSCRIBED",
  "ERASED",
  /** Nothing of it is left to sell. */
  "SOLD_OUT",
  /** Made a lead more than three days ago: a reminder would come out of the blue. */
  "TOO_LATE",
  /** Has had its reminders. */
  "REMINDED",
  /** Came back by a link. */
  "RESTORED",
  "BY_PERSON",
] as const;
export type LeadStop = (typeof LEAD_STOPS)[number];

const MOST_DAYS_LATE = 3;

/**
 * Which of these leads must not be reminded, and why; a lead that is not among them may be. To be asked when mails are
 * picked and once more in the transaction that records one: it locks the leads, in the order of their ids, so that an
 * erasure comes either before it, and is seen, or after the mail is on record, and finds it.
 */
export async function loadLeadStops(
  tx: Transaction,
  leadIds: readonly bigint[],
  now: Date,
): Promise<Map<bigint, LeadStop>> {
  const known = await tx.$queryRaw<{ id: bigint; stop: LeadStop | null }[]>(Prisma.sql`
    WITH lead AS MATERIALIZED (
      SELECT * FROM shop_lead WHERE id = ANY(${[...leadIds]}::bigint[]) ORDER BY id FOR NO KEY UPDATE)
    SELECT id, ${stopOf("lead", now)} AS stop FROM lead`);
  const stops = new Map<bigint, LeadStop>(leadIds.map((id) => [id, "ERASED"]));
  for (const { id, stop } of known) {
    if (stop === null) stops.delete(id);
    else stops.set(id, stop);
  }
  return stops;
}

/** Ends leads that must not be reminded any more. One that has ended keeps its first reason. */
export async function endLeads(
  db: Database | Transaction,
  stops: ReadonlyMap<bigint, LeadStop>,
  at: Date,
): Promise<number> {
  const ending = [...stops].filter(([, stop]) => stop !== "ERASED");
  if (ending.length === 0) return 0;
  return db.$executeRaw(Prisma.sql`
    WITH stop AS (
      SELECT * FROM unnest(${ending.map(([id]) => id)}::bigint[], ${ending.map(([, stop]) => stop)}::text[]) AS stop(id, reason)
    ), locked AS MATERIALIZED (
      SELECT id FROM shop_lead WHERE id IN (SELECT id FROM stop) AND status = 'OPEN' ORDER BY id FOR NO KEY UPDATE)
    UPDATE shop_lead lead SET ended_at = ${at},
      status = (CASE stop.reason WHEN 'BOUGHT' THEN 'BOUGHT' ELSE 'ENDED' END)::shop_lead_status,
      end_reason = nullif(stop.reason, 'BOUGHT')
    FROM stop JOIN locked USING (id) WHERE lead.id = stop.id`);
}

/** A `LeadStop` or null, of a row of `shop_lead` under this alias. */
export function stopOf(lead: string, now: Date): Prisma.Sql {
  const of = Prisma.raw(lead);
  return Prisma.sql`CASE
    WHEN ${of}.status = 'ERASED' OR ${of}.email_key IS NULL THEN 'ERASED'
    WHEN ${of}.status = 'BOUGHT' THEN 'BOUGHT'
    WHEN ${of}.status = 'ENDED' THEN ${of}.end_reason
    WHEN ${isLeadBought(lead)} THEN 'BOUGHT'
    WHEN ${isSuppressed(Prisma.sql`${of}.email_key`)} THEN 'UNSUBSCRIBED'
    WHEN ${of}.created_at < ${now}::timestamptz - make_interval(days => ${MOST_DAYS_LATE}) THEN 'TOO_LATE'
    WHEN NOT EXISTS (
      SELECT FROM jsonb_array_elements(${of}.lines) line LEFT JOIN shop_product product ON product.sku = line->>'sku'
      WHERE product.id IS NULL OR product.on_hand - product.reserved - product.safety > 0) THEN 'SOLD_OUT'
  END`;
}
