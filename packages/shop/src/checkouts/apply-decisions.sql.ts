import { lockedById, Prisma, type Transaction } from "@drumline/db";

import { saveFirstReminders, supersedeReminders } from "../leads/reminders.sql.ts";
import { type CartDecision, type DecidedCart, joinContact } from "./cart-decision.sql.ts";

/** Does what was decided on carts that the transaction holds, all of it by a handful of statements. */
export async function applyDecisions(tx: Transaction, decided: readonly DecidedCart[], at: Date): Promise<void> {
  const idsOf = (...decisions: readonly CartDecision[]): bigint[] =>
    decided.filter(({ decision }) => decisions.includes(decision)).map(({ id }) => id);
  await saveFirstReminders(tx, await makeLeads(tx, idsOf("LEAD"), at), at);
  await refreshLeads(tx, idsOf("KNOWN_LEAD"));
  await dropOpenLeads(tx, idsOf("ANONYMISED"), at);
  await dropCheckouts(tx, idsOf("LEAD", "KNOWN_LEAD", "ANONYMISED"));
  await markCarts(tx, "LEAD", idsOf("LEAD", "KNOWN_LEAD"), at);
  await markCarts(tx, "ORDERED", idsOf("ORDERED"), at);
  await markCarts(tx, "ANONYMISED", idsOf("ANONYMISED"), at);
  await dropCarts(tx, idsOf("ERASED"));
}

/** With lines as they were left. A price is text, since JSON's numbers end at 2^53. */
const linesOf = Prisma.sql`(
  SELECT jsonb_agg(jsonb_build_object('sku', sku, 'title', title, 'quantity', quantity, 'priceMinor', price_minor::text) ORDER BY line_no)
  FROM shop_cart_line WHERE cart_id = cart.id)`;

async function makeLeads(tx: Transaction, cartIds: readonly bigint[], at: Date): Promise<bigint[]> {
  if (cartIds.length === 0) return [];
  const made = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    INSERT INTO shop_lead (cart_id, cart_reference, email, email_key, name, locale, time_zone, consent_at, consent_text,
      currency, lines, abandoned_at, created_at)
    SELECT cart.id, cart.reference, contact.email, contact.email_key, contact.name, contact.locale, contact.time_zone,
      contact.consent_at, contact.consent_text, cart.currency, ${linesOf}, cart.last_activity_at, ${at}
    FROM shop_cart cart ${joinContact("cart", "contact")}
    WHERE cart.id = ANY(${[...cartIds]}::bigint[]) ORDER BY cart.reference
    ON CONFLICT (cart_reference) DO NOTHING RETURNING id`);
  return made.map(({ id }) => id);
}

/** A reminder that is still to come speaks of the cart as it was left last. */
async function refreshLeads(tx: Transaction, cartIds: readonly bigint[]): Promise<void> {
  if (cartIds.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    WITH ${lockedById("shop_lead", Prisma.sql`cart_id = ANY(${[...cartIds]}::bigint[]) AND status = 'OPEN'`)}
    UPDATE shop_lead lead SET lines = ${linesOf} FROM shop_cart cart
    WHERE lead.id IN (SELECT id FROM locked) AND cart.id = lead.cart_id`);
}

/** Consent was taken back, or the time is over. */
async function dropOpenLeads(tx: Transaction, cartIds: readonly bigint[], at: Date): Promise<void> {
  if (cartIds.length === 0) return;
  const dropped = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    WITH locked AS MATERIALIZED (
      SELECT id FROM shop_lead WHERE cart_id = ANY(${[...cartIds]}::bigint[]) AND status = 'OPEN' ORDER BY id FOR UPDATE)
    DELETE FROM shop_lead WHERE id IN (SELECT id FROM locked) RETURNING id`);
  await supersedeReminders(
    tx,
    dropped.map(({ id }) => id),
    at,
  );
}

async function dropCheckouts(tx: Transaction, cartIds: readonly bigint[]): Promise<void> {
  if (cartIds.length === 0) return;
  await tx.$executeRaw(Prisma.sql`DELETE FROM shop_checkout WHERE cart_id = ANY(${[...cartIds]}::bigint[])`);
}

async function markCarts(
  tx: Transaction,
  status: "LEAD" | "ORDERED" | "ANONYMISED",
  cartIds: readonly bigint[],
  at: Date,
): Promise<void> {
  if (cartIds.length === 0) return;
  const person = status === "ANONYMISED" ? Prisma.sql`, customer_id = NULL` : Prisma.empty;
  await tx.$executeRaw(Prisma.sql`
    UPDATE shop_cart SET status = ${status}::shop_cart_status, updated_at = ${at} ${person}
    WHERE id = ANY(${[...cartIds]}::bigint[]) AND status <> ${status}::shop_cart_status`);
}

/** Lines and checkouts go with them; orders and leads forget which cart they came from. */
async function dropCarts(tx: Transaction, cartIds: readonly bigint[]): Promise<void> {
  if (cartIds.length === 0) return;
  await tx.$executeRaw(Prisma.sql`DELETE FROM shop_cart WHERE id = ANY(${[...cartIds]}::bigint[])`);
}
