import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import { HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";

import { DEMO_PRODUCTS } from "./demo-shop.ts";
import {
  arrivalOf,
  CONFIRMS_MAIL_AFTER,
  PACKED_AFTER,
  planShopper,
  RESTOCKED_EVERY,
  SENT_BACK_AFTER,
  type Shopper,
  SHOPPER_EVERY_MS,
  shopperNoAt,
  shoppersIn,
  SOLD_OUT,
  SOLD_OUT_PIECES,
} from "./plan-shoppers.ts";
import {
  ask,
  type DemoShop,
  findOrder,
  mailsTo,
  type Outcome,
  payAtSandbox,
  pressButton,
  until,
} from "./shop-calls.ts";

/**
 * Shoppers come to the demonstration's shop, four a minute, until the signal is aborted: they browse, leave, pay and close
 * the browser, send back, wait for what is sold out. Who comes is a matter of the time alone, so that a later start goes on
 * with others. What goes wrong is said once, and the next shopper comes all the same.
 */
export async function liveShop(shop: DemoShop, seed: number, say: (line: string) => void): Promise<void> {
  // Before the first goods came in there is nothing to buy.
  await until(shop, async () => [...(await loadAvailable(shop)).values()].some((pieces) => pieces > 0));
  let said = "";
  for (let no = shopperNoAt(shop.clock.now()); !shop.signal.aborted; no = shopperNoAt(shop.clock.now())) {
    for (const happens of stepsAt(shop, no, seed)) {
      try {
        await happens();
      } catch (error) {
        if (shop.signal.aborted) return;
        const line = `  the demonstration's shop: ${messageOf(error)}`;
        if (line !== said) say(line);
        said = line;
      }
    }
    // Whoever would have come while the machine slept does not come at once.
    const nextMs = Math.max(no + 1, shopperNoAt(shop.clock.now())) * SHOPPER_EVERY_MS;
    await delay(Math.max(0, nextMs - shop.clock.now().getTime()), undefined, { signal: shop.signal }).catch(() => {});
  }
}

/** What happens in one quarter of a minute: somebody comes, and earlier ones go on. */
function stepsAt(shop: DemoShop, no: number, seed: number): (() => Promise<void>)[] {
  const earlier = (ms: number) => planShopper(no - shoppersIn(ms), seed);
  return [
    ...(no % shoppersIn(RESTOCKED_EVERY) === 0 ? [() => restock(shop, no)] : []),
    () => visit(shop, planShopper(no, seed)),
    () => packConfirmed(shop),
    () => confirmMail(shop, earlier(CONFIRMS_MAIL_AFTER)),
    () => sendBack(shop, earlier(SENT_BACK_AFTER)),
  ];
}

const referenceOf = ({ no }: Shopper): string => `D${no}`;

async function visit(shop: DemoShop, shopper: Shopper): Promise<void> {
  switch (shopper.visit) {
    case "LEAVES":
    case "LEAVES_WITH_CONSENT":
      // The shop tells of a cart when its session has ended.
      return await tellOfCart(shop, shopper, new Date(arrivalOf(shopper.no).getTime() - HOUR_MS - 5 * MINUTE_MS));
    case "WAITS_FOR_STOCK":
      return await subscribe(shop, shopper);
    case "BUYS":
      return await buy(shop, shopper, ["paid"]);
    case "TRIES_TWICE":
      return await buy(shop, shopper, ["failed", "paid"]);
    case "NEVER_PAYS":
      return await buy(shop, shopper, ["open"]);
  }
}

async function tellOfCart(shop: DemoShop, shopper: Shopper, lastActivityAt: Date): Promise<void> {
  const reference = referenceOf(shopper);
  const { email, locale, timeZone } = shopper;
  await ask(shop, "PUT", `/carts/${reference}`, { currency: "EUR", lines: linesOf(shopper), lastActivityAt });
  await ask(shop, "PUT", `/checkouts/${reference}`, {
    cartReference: reference,
    step: "ADDRESS",
    email,
    locale,
    timeZone,
    consent: shopper.visit === "LEAVES_WITH_CONSENT" ? { at: lastActivityAt, text: "Remind me of what I left." } : null,
    lastActivityAt,
  });
}

const linesOf = ({ product: { sku, title, priceMinor }, quantity }: Shopper) => [{ sku, title, quantity, priceMinor }];

async function buy(shop: DemoShop, shopper: Shopper, outcomes: readonly Outcome[]): Promise<void> {
  const reference = referenceOf(shopper);
  if ((await findOrder(shop, reference)) !== null) return;
  const { email, name, locale, timeZone, shipTo, provider, hasWebhook } = shopper;
  const placedAt = arrivalOf(shopper.no);
  await tellOfCart(shop, shopper, placedAt);
  const totalMinor = shopper.product.priceMinor * shopper.quantity;
  const webhookUrl = hasWebhook ? `${shop.api.url}/webhooks/payments/mollie` : null;
  const payments = [];
  for (const outcome of outcomes) {
    const id = randomUUID();
    const providerId = await payAtSandbox(shop, { id, provider, totalMinor, outcome, webhookUrl });
    payments.push({ id, provider, providerId, amountMinor: totalMinor, createdAt: placedAt });
  }
  const person = { email, name, locale, timeZone };
  await ask(shop, "POST", "/orders", {
    reference,
    customer: { reference: email, ...person },
    cartReference: reference,
    ...person,
    shipTo,
    currency: "EUR",
    totalMinor,
    placedAt,
    payBy: new Date(placedAt.getTime() + 10 * MINUTE_MS),
    lines: linesOf(shopper),
    payments,
  });
}

async function subscribe(shop: DemoShop, { email, locale, timeZone }: Shopper): Promise<void> {
  // Who finds it in stock has no reason to wait.
  const { isOnSale } = await ask(shop, "GET", `/products/${SOLD_OUT.sku}`);
  if (isOnSale) return;
  const consentText = "Mail me when it is back.";
  await ask(shop, "POST", "/subscriptions", { sku: SOLD_OUT.sku, email, locale, timeZone, consentText });
}

/** The person follows the link of the mail that asks whether it was them. */
async function confirmMail(shop: DemoShop, shopper: Shopper): Promise<void> {
  if (shopper.visit !== "WAITS_FOR_STOCK") return;
  const links = (await mailsTo(shop, shopper.email)).flatMap(
    ({ text }) => /https?:\S*\/shop\/confirm\?token=\S+/.exec(text)?.[0] ?? [],
  );
  const link = links.at(-1);
  if (link !== undefined) await pressButton(shop, link);
}

/** Also what an earlier start left; an order that is held waits for a person. */
async function packConfirmed(shop: DemoShop): Promise<void> {
  const { items } = await ask(shop, "GET", "/orders?status=CONFIRMED&paymentState=PAID&limit=100");
  const latestMs = shop.clock.now().getTime() - PACKED_AFTER;
  for (const { reference, placedAt } of items as { reference: string; placedAt: string }[]) {
    if (Date.parse(placedAt) > latestMs) continue;
    const parcel = { reference: `${reference}-1`, orderReference: reference, carrier: "postnl", weightGrams: 750 };
    await ask(shop, "POST", "/parcels", parcel);
  }
}

/** One piece comes back as good as new, and its money goes back. */
async function sendBack(shop: DemoShop, shopper: Shopper): Promise<void> {
  const order = shopper.sendsBack ? await findOrder(shop, referenceOf(shopper)) : null;
  if (order === null || order["paymentState"] !== "PAID" || order["status"] === "CANCELLED") return;
  const { sku, priceMinor } = shopper.product;
  const sourceRef = `${referenceOf(shopper)}/returned`;
  const item = { sku, kind: "RETURNED_SELLABLE", pieces: 1, occurredAt: shop.clock.now(), sourceRef };
  await ask(shop, "POST", "/movements", { source: "demo", items: [item] });
  const { items } = await ask(shop, "GET", `/payments?orderId=${String(order["id"])}&status=PAID`);
  await ask(shop, "POST", `/payments/${items[0].id}/refunds`, {
    amountMinor: priceMinor,
    cause: "return",
    note: "One piece came back.",
  });
}

/** What was sold comes in again, so that there is neither nothing to sell nor more by the day. */
async function restock(shop: DemoShop, no: number): Promise<void> {
  const availableOf = await loadAvailable(shop);
  const items = DEMO_PRODUCTS.flatMap(({ sku, pieces }) => {
    const missing = (pieces || SOLD_OUT_PIECES) - (availableOf.get(sku) ?? 0);
    const sourceRef = `${sku}/received/${no}`;
    return missing > 0 ? [{ sku, kind: "RECEIVED", pieces: missing, occurredAt: shop.clock.now(), sourceRef }] : [];
  });
  if (items.length > 0) await ask(shop, "POST", "/movements", { source: "demo", items });
}

async function loadAvailable(shop: DemoShop): Promise<ReadonlyMap<string, number>> {
  const { items } = await ask(shop, "GET", "/products?limit=500");
  return new Map(items.map(({ sku, available }: Record<string, string>) => [sku, Number(available)]));
}
