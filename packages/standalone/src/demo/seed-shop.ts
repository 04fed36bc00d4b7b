import { randomUUID } from "node:crypto";

import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";

import { DEMO_CARTS, DEMO_ORDERS, DEMO_PRODUCTS, type DemoOrder } from "./demo-shop.ts";
import { ask, type DemoShop, findOrder, payAtSandbox, until } from "./shop-calls.ts";

/**
 * A webshop that tells the api what a real one would: products with stock, shoppers who paid and closed the browser, one who
 * paid another amount, two parcels, carts that were left, somebody who waits for what is sold out. The payments are made at
 * the sandbox; what became of them is asked by `check_payment_status`. A start that ended meanwhile is taken up again, and
 * what is there stays as it is. Throws an `Error` that names the request which was refused.
 */
export async function seedShop(shop: DemoShop): Promise<void> {
  const packed = DEMO_ORDERS.filter(({ isPacked }) => isPacked).map(({ reference }) => reference);
  if ((await ask(shop, "GET", `/parcels?orderReference=${packed.at(-1)}`))["items"].length > 0) return;
  await seedStock(shop);
  for (const order of DEMO_ORDERS) await placeOrder(shop, order);
  await leaveCarts(shop);
  for (const reference of packed) await pack(shop, reference);
}

async function seedStock(shop: DemoShop): Promise<void> {
  const occurredAt = shop.clock.now();
  for (const { sku, title, priceMinor } of DEMO_PRODUCTS)
    await ask(shop, "PUT", `/products/${sku}`, { title, priceMinor, currency: "EUR" });
  const items = DEMO_PRODUCTS.filter(({ pieces }) => pieces > 0).flatMap(({ sku, pieces }) => [
    { sku, kind: "RECEIVED", pieces, occurredAt, sourceRef: `${sku}/received` },
    { sku, kind: "DAMAGED", pieces: 1, occurredAt, sourceRef: `${sku}/damaged`, reason: "fell to the floor" },
    { sku, kind: "RETURNED_SELLABLE", pieces: 1, occurredAt, sourceRef: `${sku}/returned` },
  ]);
  await ask(shop, "POST", "/movements", { source: "demo", items });
  // Orders hold pieces, so the stock is there before the first one.
  await until(
    shop,
    async () => (await ask(shop, "GET", "/movements?isApplied=false&source=demo&limit=1"))["items"].length === 0,
  );
  const soldOut = DEMO_PRODUCTS.find(({ pieces }) => pieces === 0)!;
  const wish = { sku: soldOut.sku, email: "patient@example.com", locale: "nl", timeZone: "Europe/Amsterdam" };
  await ask(shop, "POST", "/subscriptions", { ...wish, consentText: "Mail me when it is back." });
}

async function placeOrder(shop: DemoShop, order: DemoOrder): Promise<void> {
  if ((await findOrder(shop, order.reference)) !== null) return;
  const { sku, title, priceMinor } = DEMO_PRODUCTS.find((each) => each.sku === order.sku)!;
  const totalMinor = priceMinor * order.quantity;
  const now = shop.clock.now().getTime();
  // Asked about two minutes after it was made, which is now.
  const createdAt = new Date(now - 2 * MINUTE_MS + SECOND_MS);
  const payments = [];
  for (const outcome of order.payments) {
    const id = randomUUID();
    const providerId = await payAtSandbox(shop, {
      id,
      provider: "mollie",
      webhookUrl: null,
      ...toAttempt(totalMinor, outcome),
    });
    payments.push({ id, provider: "mollie", providerId, amountMinor: totalMinor, createdAt });
  }
  const person = { email: order.email, name: order.name, locale: order.locale };
  await ask(shop, "POST", "/orders", {
    reference: order.reference,
    customer: { reference: order.email, ...person },
    ...person,
    shipTo: order.shipTo,
    currency: "EUR",
    totalMinor,
    placedAt: createdAt,
    payBy: new Date(now + HOUR_MS),
    lines: [{ sku, title, quantity: order.quantity, priceMinor }],
    payments,
  });
}

const toAttempt = (totalMinor: number, outcome: DemoOrder["payments"][number]) =>
  outcome === "paid too little" ? { totalMinor: totalMinor - 1, outcome: "paid" as const } : { totalMinor, outcome };

async function leaveCarts(shop: DemoShop): Promise<void> {
  const lastActivityAt = new Date(shop.clock.now().getTime() - 2 * HOUR_MS);
  for (const { reference, email, sku, hasConsent } of DEMO_CARTS) {
    const { title, priceMinor } = DEMO_PRODUCTS.find((each) => each.sku === sku)!;
    const lines = [{ sku, title, quantity: 1, priceMinor }];
    await ask(shop, "PUT", `/carts/${reference}`, { currency: "EUR", lines, lastActivityAt });
    await ask(shop, "PUT", `/checkouts/${reference}`, {
      cartReference: reference,
      step: "ADDRESS",
      email,
      consent: hasConsent ? { at: lastActivityAt, text: "Remind me of my cart." } : null,
      lastActivityAt,
    });
  }
}

/** As soon as its payment was seen, which takes the next run of `check_payment_status`. */
async function pack(shop: DemoShop, reference: string): Promise<void> {
  await until(shop, async () => (await findOrder(shop, reference))?.["status"] === "CONFIRMED");
  const parcel = { reference: `${reference}-1`, orderReference: reference, carrier: "postnl", weightGrams: 750 };
  await ask(shop, "POST", "/parcels", parcel);
}
