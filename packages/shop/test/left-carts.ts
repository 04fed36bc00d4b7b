import type { Database } from "@drumline/db";

import { createShopOrder } from "./create-shop-order.ts";

/** The clock of `startTaskRun` stands here. */
export const NOON = new Date("2026-11-20T12:00:00Z");
export const hoursBefore = (hours: number, at = NOON): Date => new Date(at.getTime() - hours * 3_600_000);

let count = 0;
const next = (what: string): string => `${what}-${(count += 1)}`;

export interface PutCart {
  readonly reference?: string;
  readonly status?: "OPEN" | "ORDERED" | "LEAD" | "ANONYMISED";
  readonly idleHours?: number;
  readonly customerId?: bigint;
  readonly skus?: readonly string[];
}

export async function putCart(
  db: Database,
  { reference = next("cart"), status = "OPEN", idleHours = 2, customerId, skus = ["MUG"] }: PutCart = {},
): Promise<bigint> {
  const at = hoursBefore(idleHours);
  const lines = skus.map((sku, index) => ({
    lineNo: index + 1,
    sku,
    title: `A ${sku}`,
    quantity: 2,
    priceMinor: 1250n,
  }));
  const times = { lastActivityAt: at, createdAt: at, updatedAt: at };
  const cart = await db.shopCart.create({
    data: { reference, status, currency: "EUR", customerId: customerId ?? null, ...times, lines: { create: lines } },
  });
  return cart.id;
}

export interface PutCheckout {
  readonly email?: string | null;
  readonly hasConsent?: boolean;
  readonly idleHours?: number;
}

export async function putCheckout(
  db: Database,
  cartId: bigint,
  { email = "Ada@Example.com", hasConsent = true, idleHours = 2 }: PutCheckout = {},
): Promise<bigint> {
  const at = hoursBefore(idleHours);
  const consent = hasConsent ? { consentAt: at, consentText: "Remind me of my cart." } : {};
  const checkout = await db.shopCheckout.create({
    data: {
      reference: next("checkout"),
      cartId,
      step: "ADDRESS",
      email,
      emailKey: email?.trim().toLowerCase() ?? null,
      name: "Ada Lovelace",
      phone: "+31612345678",
      shipTo: { line1: "Keizersgracht 1", city: "Amsterdam", country: "NL" },
      ...consent,
      lastActivityAt: at,
      createdAt: at,
    },
  });
  return checkout.id;
}

/** A cart with a checkout of somebody who agreed to be reminded. */
export async function putLeftCart(db: Database, of: PutCart & PutCheckout = {}): Promise<bigint> {
  const cartId = await putCart(db, of);
  await putCheckout(db, cartId, of);
  return cartId;
}

export interface PutLead {
  readonly email?: string | null;
  readonly skus?: readonly string[];
  readonly leftHours?: number;
  readonly cartId?: bigint;
  readonly status?: "OPEN" | "BOUGHT" | "ENDED" | "ERASED";
  readonly endReason?: string;
  readonly endedAt?: Date;
}

export async function putLead(
  db: Database,
  { email = "Ada@Example.com", skus = ["MUG"], leftHours = 2, cartId, ...rest }: PutLead = {},
): Promise<bigint> {
  const at = hoursBefore(leftHours);
  const lead = await db.shopLead.create({
    data: {
      cartId: cartId ?? null,
      cartReference: next("left"),
      email,
      emailKey: email?.trim().toLowerCase() ?? null,
      name: "Ada Lovelace",
      consentAt: at,
      consentText: "Remind me of my cart.",
      currency: "EUR",
      lines: skus.map((sku) => ({ sku, title: `A ${sku}`, quantity: 2, priceMinor: "1250" })),
      abandonedAt: at,
      createdAt: at,
      ...rest,
    },
  });
  return lead.id;
}

export interface OrderOfCart {
  readonly email?: string | null;
  readonly customerId?: bigint;
  readonly cartId?: bigint;
  readonly skus?: readonly string[];
  readonly placedHoursAgo?: number;
  readonly status?: "PLACED" | "CONFIRMED" | "CANCELLED";
  readonly confirmedAt?: Date;
  readonly payment?: "OPEN" | "PENDING" | "AUTHORIZED" | "PAID" | "FAILED" | "EXPIRED";
}

/** An order that may end a cart or a lead, with a payment where one is said. */
export async function putOrderOfCart(db: Database, options: OrderOfCart = {}): Promise<bigint> {
  const {
    email = "ada@example.com",
    skus = ["MUG"],
    placedHoursAgo = 1,
    status = "PLACED",
    payment,
    ...rest
  } = options;
  const at = hoursBefore(placedHoursAgo);
  const order = await createShopOrder(db, {
    at,
    reference: next("order"),
    status,
    email,
    name: "Ada Lovelace",
    totalMinor: 1250n,
    lines: skus.map((sku) => ({ sku, priceMinor: 1250n })),
    ...rest,
  });
  if (payment !== undefined)
    await db.shopPayment.create({
      data: {
        id: crypto.randomUUID(),
        orderId: order.id,
        provider: "mollie",
        status: payment,
        amountMinor: 1250n,
        currency: "EUR",
        createdAt: at,
      },
    });
  return order.id;
}

export async function putProduct(db: Database, sku: string, onHand: bigint): Promise<void> {
  await db.shopProduct.create({ data: { sku, title: sku, onHand, createdAt: NOON, updatedAt: NOON } });
}

export async function putCustomer(db: Database, email: string): Promise<bigint> {
  const times = { createdAt: NOON, updatedAt: NOON };
  const data = { reference: next("customer"), email, emailKey: email.trim().toLowerCase(), ...times };
  return (await db.shopCustomer.create({ data })).id;
}

/** Every table of the shop that these rows are in. */
export async function emptyShop(db: Database): Promise<void> {
  await db.$executeRaw`TRUNCATE shop_customer, shop_cart, shop_order, shop_lead, shop_product, shop_suppression, shop_notice CASCADE`;
}
