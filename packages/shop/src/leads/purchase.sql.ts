import { Prisma } from "@drumline/db";

/** A cart that was left behind, or the lead made of it, as expressions over a row of the statement around. */
export interface LeftBehind {
  /** The address of the person, trimmed and lower-cased. */
  readonly emailKey: Prisma.Sql;
  readonly cartId: Prisma.Sql;
  readonly since: Prisma.Sql;
  /** The skus in it, as a query of one column. */
  readonly skus: Prisma.Sql;
}

/** Stands, or was confirmed before it was taken back: who has bought and thought better of it is not reminded either. */
export const isPurchase = (order: string): Prisma.Sql => {
  const of = Prisma.raw(order);
  return Prisma.sql`(${of}.status <> 'CANCELLED' OR ${of}.confirmed_at IS NOT NULL)`;
};

/**
 * Whether the same person has bought any of it since, from whichever cart, as a guest or by an account, or has ordered
 * this very cart. A mail about one cart says nothing of what its reader did in another: a quarter of a big shop's
 * reminders went to people who had the thing already (antiwork/gumroad PR 6720).
 */
export const isBought = ({ emailKey, cartId, since, skus }: LeftBehind): Prisma.Sql => Prisma.sql`(
  EXISTS (SELECT FROM shop_order bought WHERE bought.cart_id = ${cartId} AND ${isPurchase("bought")})
  OR EXISTS (
    SELECT FROM shop_order bought JOIN shop_order_line line ON line.order_id = bought.id
    WHERE bought.email_key = ${emailKey} AND bought.placed_at >= ${since} AND ${isPurchase("bought")} AND line.sku IN (${skus}))
  OR EXISTS (
    SELECT FROM shop_customer buyer JOIN shop_order bought ON bought.customer_id = buyer.id
      JOIN shop_order_line line ON line.order_id = bought.id
    WHERE buyer.email_key = ${emailKey} AND bought.placed_at >= ${since} AND ${isPurchase("bought")} AND line.sku IN (${skus})))`;

/** Of a row of `shop_lead` under this alias. */
export const isLeadBought = (lead: string): Prisma.Sql => {
  const of = Prisma.raw(lead);
  return isBought({
    emailKey: Prisma.sql`${of}.email_key`,
    cartId: Prisma.sql`${of}.cart_id`,
    since: Prisma.sql`${of}.abandoned_at`,
    skus: Prisma.sql`SELECT left_line->>'sku' FROM jsonb_array_elements(${of}.lines) left_line`,
  });
};
