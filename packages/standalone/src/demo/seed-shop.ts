import { randomUUID } from "node:crypto";

import { type Clock, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import type { Database } from "@drumline/db";
import {
  applyWaitingMovements,
  packParcel,
  recordMovements,
  saveCart,
  saveCheckout,
  saveProduct,
  subscribe,
  takeOrder,
} from "@drumline/shop/commands";

import { DEMO_CARTS, DEMO_ORDERS, DEMO_PRODUCTS, type DemoOrder } from "./demo-shop.ts";

export interface SandboxAccess {
  readonly url: string;
  readonly token: string;
}

/**
 * A webshop to look at, on the first start only: products with stock, shoppers who paid and closed the browser, one who paid
 * another amount, two parcels to be sent, carts that were left, somebody who waits for what is sold out. The payments are
 * made at the sandbox; what became of them is asked by `check_payment_status`. False where there was a product already.
 */
export async function seedShop(db: Database, clock: Clock, sandbox: SandboxAccess): Promise<boolean> {
  if ((await db.shopProduct.findFirst()) !== null) return false;
  const now = clock.now();
  await seedStock(db, now);
  for (const order of DEMO_ORDERS) await seedOrder(db, order, now, sandbox);
  await seedCarts(db, now);
  return true;
}

async function seedStock(db: Database, now: Date): Promise<void> {
  for (const { sku, title, priceMinor } of DEMO_PRODUCTS)
    await saveProduct(db, { sku, title, priceMinor, currency: "EUR", url: null, safety: 0n }, now);
  const movement = (sku: string, kind: "RECEIVED" | "DAMAGED" | "RETURNED_SELLABLE", pieces: bigint) => ({
    sku,
    kind,
    pieces,
    actor: "drumline start",
    source: "demo",
    sourceRef: `${sku}/${kind}`,
    occurredAt: now,
  });
  const movements = DEMO_PRODUCTS.filter(({ pieces }) => pieces > 0n).flatMap(({ sku, pieces }) => [
    movement(sku, "RECEIVED", pieces),
    movement(sku, "DAMAGED", 1n),
    movement(sku, "RETURNED_SELLABLE", 1n),
  ]);
  await recordMovements(db, movements, now);
  // Orders hold pieces, so they are here before the first one.
  await applyWaitingMovements(db, movements.length, now);
  const soldOut = DEMO_PRODUCTS.find(({ pieces }) => pieces === 0n)!;
  const wish = { sku: soldOut.sku, email: "patient@example.com", locale: "nl", timeZone: "Europe/Amsterdam" };
  await subscribe(db, { ...wish, consentText: "Mail me when it is back." }, { now, from: 1 });
}

async function seedOrder(db: Database, order: DemoOrder, now: Date, sandbox: SandboxAccess): Promise<void> {
  const product = DEMO_PRODUCTS.find(({ sku }) => sku === order.sku)!;
  const totalMinor = product.priceMinor * BigInt(order.quantity);
  // Asked about two minutes after it was made, which is now.
  const madeAt = new Date(now.getTime() - 2 * MINUTE_MS + 1_000);
  const payments = [];
  for (const outcome of order.payments) {
    const id = randomUUID();
    const providerId = await payAtSandbox(sandbox, { id, totalMinor, outcome });
    const money = { amountMinor: totalMinor, currency: "EUR", method: null, checkoutUrl: null };
    payments.push({ id, provider: "mollie", providerId, ...money, createdAt: madeAt, expiresAt: null });
  }
  const person = { email: order.email, name: order.name, phone: null, locale: order.locale, timeZone: null };
  const line = { sku: product.sku, title: product.title, quantity: order.quantity, priceMinor: product.priceMinor };
  await takeOrder(
    db,
    {
      reference: order.reference,
      customer: { reference: order.email, ...person },
      cartReference: null,
      ...person,
      currency: "EUR",
      totalMinor,
      placedAt: madeAt,
      payBy: new Date(now.getTime() + HOUR_MS),
      shipTo: order.shipTo,
      lines: [line],
      payments,
    },
    now,
  );
  if (!order.isPacked) return;
  // It was paid before anybody looked; its parcel is what is of interest.
  await db.shopOrder.update({
    where: { reference: order.reference },
    data: { status: "CONFIRMED", paymentState: "PAID", confirmedAt: now },
  });
  const parcel = { reference: `${order.reference}-1`, orderReference: order.reference };
  await packParcel(db, { ...parcel, carrier: "postnl", weightGrams: 750 }, now);
}

async function seedCarts(db: Database, now: Date): Promise<void> {
  for (const { reference, email, sku, hasConsent } of DEMO_CARTS) {
    const product = DEMO_PRODUCTS.find((each) => each.sku === sku)!;
    const lastActivityAt = new Date(now.getTime() - 2 * HOUR_MS);
    const line = { sku, title: product.title, quantity: 1, priceMinor: product.priceMinor };
    await saveCart(db, { reference, customerReference: null, currency: "EUR", lines: [line], lastActivityAt }, now);
    await saveCheckout(db, {
      reference,
      cartReference: reference,
      step: "ADDRESS",
      email,
      name: null,
      phone: null,
      locale: "en",
      timeZone: null,
      shipTo: {},
      consent: hasConsent ? { at: lastActivityAt, text: "Remind me of my cart." } : null,
      lastActivityAt,
    });
  }
}

/** Makes a payment at the sandbox's Mollie, has the shopper do as told there, and answers its id. */
async function payAtSandbox(
  sandbox: SandboxAccess,
  { id, totalMinor, outcome }: { id: string; totalMinor: bigint; outcome: DemoOrder["payments"][number] },
): Promise<string> {
  const cents = totalMinor + (outcome === "paid too little" ? -1n : 0n);
  const value = `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;
  const made = await call(sandbox, "POST", "/mollie/v2/payments", {
    amount: { currency: "EUR", value },
    description: "An order of the demonstration",
    redirectUrl: "https://shop.example/thanks",
    metadata: { reference: id },
  });
  const providerId = String(made["id"]);
  const status = outcome === "open" || outcome === "failed" ? outcome : "paid";
  if (status !== "open") await call(sandbox, "PUT", `/_sandbox/payments/mollie/${providerId}`, { status });
  return providerId;
}

async function call({ url, token }: SandboxAccess, method: "POST" | "PUT", path: string, body: object) {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer test_${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the sandbox made no payment: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}
