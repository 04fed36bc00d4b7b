import { Prisma, type Transaction } from "@drumline/db";

import { isLeadBought } from "./purchase.sql.ts";
import { isSuppressed } from "./suppressed.sql.ts";

/** Why a lead must not be reminded. */
const LEAD_STOPS = [
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
  const ids = [...leadIds];
  // In a statement of its own: what was committed while it waited for a lock is seen by the next one.
  await tx.$queryRaw(
    Prisma.sql`SELECT id FROM shop_lead WHERE id = ANY(${ids}::bigint[]) ORDER BY id FOR NO KEY UPDATE`,
  );
  const known = await tx.$queryRaw<{ id: bigint; stop: LeadStop | null }[]>(
    Prisma.sql`SELECT id, ${stopOf("lead", now)} AS stop FROM shop_lead lead WHERE id = ANY(${ids}::bigint[])`,
  );
  const stops = new Map<bigint, LeadStop>(leadIds.map((id) => [id, "ERASED"]));
  for (const { id, stop } of known) {
    if (stop === null) stops.delete(id);
    else stops.set(id, stop);
  }
  return stops;
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
