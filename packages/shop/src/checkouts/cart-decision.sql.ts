import { type Database, Prisma, type Transaction } from "@drumline/db";

import { isBought, isPurchase } from "../leads/purchase.sql.ts";
import { isSuppressed } from "../leads/suppressed.sql.ts";

/** What becomes of a cart that nobody has touched for a while. */
export type CartDecision =
  /** A payment of one of its orders is open: it stays as it is. */
  | "SPARED"
  /** Has an order, and keeps its data as long as others do. */
  | "ORDERED"
  | "LEAD"
  /** Its lead is there already: five idle periods of one cart are one lead. */
  | "KNOWN_LEAD"
  /** Nobody agreed to be reminded of it, or nobody should be: what names a person goes. */
  | "ANONYMISED"
  /** Ordered, and its time is over: it goes whole. The order has what must be kept. */
  | "ERASED";

/** The instants that decide. */
export interface CleanUpTimes {
  readonly now: Date;
  /** Carts whose shopper gave no sign since are left behind. */
  readonly idleSince: Date;
  /** Those of which nothing was heard since then no longer name anybody. */
  readonly oldSince: Date;
  /** A person with a lead that is younger gets no other. */
  readonly pausedSince: Date;
}

export interface DecidedCart {
  readonly id: bigint;
  readonly decision: CartDecision;
}

/**
 * The one question of dry run and real run. It does not depend on what a run has done to other carts before: of several
 * carts that one person left, the one left last is the lead, in whichever order they are looked at.
 */
export async function decideCarts(
  db: Database | Transaction,
  cartIds: readonly bigint[],
  times: CleanUpTimes,
): Promise<DecidedCart[]> {
  return db.$queryRaw<DecidedCart[]>(Prisma.sql`
    SELECT cart.id, CASE
      WHEN ${hasOpenPayment("cart")} THEN 'SPARED'
      WHEN cart.status = 'ORDERED' OR ${isOrdered("cart")} THEN CASE WHEN cart.last_activity_at <= ${times.oldSince} THEN 'ERASED' ELSE 'ORDERED' END
      WHEN NOT (${mayBeLead("cart", "contact", times)}) THEN 'ANONYMISED'
      WHEN ${hasLead("cart", times)} THEN 'KNOWN_LEAD'
      WHEN ${hasRecentLead("contact", times)} OR ${hasLaterCart("cart", "contact", times)} THEN 'ANONYMISED'
      ELSE 'LEAD'
    END AS decision
    FROM shop_cart cart ${joinContact("cart", "contact")}
    WHERE cart.id = ANY(${[...cartIds]}::bigint[]) ORDER BY cart.id`);
}

/** The last checkout of a cart that says who the shopper is: its consent is the one that counts. */
export const joinContact = (cart: string, contact: string): Prisma.Sql => Prisma.sql`
  LEFT JOIN LATERAL (
    SELECT * FROM shop_checkout WHERE cart_id = ${Prisma.raw(cart)}.id AND email_key IS NOT NULL
    ORDER BY last_activity_at DESC, id DESC LIMIT 1) ${Prisma.raw(contact)} ON true`;

const hasOpenPayment = (cart: string): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT FROM shop_order paying JOIN shop_payment payment ON payment.order_id = paying.id
  WHERE paying.cart_id = ${Prisma.raw(cart)}.id AND payment.status IN ('OPEN', 'PENDING', 'AUTHORIZED'))`;

const isOrdered = (cart: string): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT FROM shop_order ordered WHERE ordered.cart_id = ${Prisma.raw(cart)}.id AND ${isPurchase("ordered")})`;

/** All that speaks of the cart itself: somebody agreed to hear of it, and has not bought what is in it since. */
function mayBeLead(cart: string, contact: string, { oldSince }: CleanUpTimes): Prisma.Sql {
  const [of, by] = [Prisma.raw(cart), Prisma.raw(contact)];
  const skus = Prisma.sql`SELECT left_line.sku FROM shop_cart_line left_line WHERE left_line.cart_id = ${of}.id`;
  const left = { emailKey: Prisma.sql`${by}.email_key`, cartId: Prisma.sql`${of}.id`, skus };
  return Prisma.sql`${by}.email_key IS NOT NULL AND ${by}.consent_at IS NOT NULL AND ${of}.last_activity_at > ${oldSince}
    AND EXISTS (${skus}) AND NOT ${isSuppressed(left.emailKey)}
    AND NOT ${isBought({ ...left, since: Prisma.sql`${of}.last_activity_at` })}`;
}

/** A lead that this run lets be: older ones are deleted by it. */
const hasLead = (cart: string, { oldSince }: CleanUpTimes): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT FROM shop_lead lead WHERE lead.cart_reference = ${Prisma.raw(cart)}.reference AND lead.created_at > ${oldSince})`;

const hasRecentLead = (contact: string, { pausedSince, oldSince }: CleanUpTimes): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT FROM shop_lead lead WHERE lead.email_key = ${Prisma.raw(contact)}.email_key
    AND lead.created_at > greatest(${pausedSince}::timestamptz, ${oldSince}::timestamptz))`;

const hasLaterCart = (cart: string, contact: string, times: CleanUpTimes): Prisma.Sql => {
  const [of, by] = [Prisma.raw(cart), Prisma.raw(contact)];
  return Prisma.sql`EXISTS (
    SELECT FROM shop_checkout mention JOIN shop_cart later ON later.id = mention.cart_id ${joinContact("later", "later_contact")}
    WHERE mention.email_key = ${by}.email_key AND later_contact.email_key = ${by}.email_key
      AND later.status = 'OPEN' AND later.last_activity_at <= ${times.idleSince}
      AND (later.last_activity_at, later.id) > (${of}.last_activity_at, ${of}.id)
      AND NOT ${hasOpenPayment("later")} AND NOT ${isOrdered("later")} AND NOT ${hasLead("later", times)}
      AND ${mayBeLead("later", "later_contact", times)})`;
};
