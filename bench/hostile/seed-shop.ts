import { randomUUID } from "node:crypto";

import { HOUR_MS, systemClock } from "@drumline/core/clock";
import type { Database, Prisma } from "@drumline/db";
import { packParcel } from "@drumline/shop/commands";

const PAYMENTS = 24;
const PARCELS = 12;
const TOKEN = "sandbox-token";

/**
 * Orders of the shop whose payments are at the sandbox's providers, two of three of them paid, and parcels whose labels two
 * carriers sell: one that is hostile, and one that is well.
 */
export async function seedShopOrders(db: Database, calmUrl: string): Promise<void> {
  for (let no = 1; no <= PAYMENTS; no += 1) {
    const provider = no % 2 === 0 ? "mollie" : "stripe";
    const id = randomUUID();
    const providerId = await pay(calmUrl, provider, { id, isPaid: no % 3 !== 0 });
    await placeOrder(db, `S${no}`, "PLACED", {
      id,
      provider,
      providerId,
      amountMinor: 1_000n,
      currency: "EUR",
      createdAt: systemClock.now(),
      nextCheckAt: systemClock.now(),
    });
  }
  for (let no = 1; no <= PARCELS; no += 1) {
    const orderReference = `P${no}`;
    await placeOrder(db, orderReference, "CONFIRMED");
    const carrier = no % 2 === 0 ? "evil" : "calm";
    await packParcel(db, { reference: orderReference, orderReference, carrier, weightGrams: 500 }, systemClock.now());
  }
}

async function placeOrder(
  db: Database,
  reference: string,
  status: "PLACED" | "CONFIRMED",
  ...payments: readonly Prisma.ShopPaymentUncheckedCreateWithoutOrderInput[]
): Promise<void> {
  const now = systemClock.now();
  const order = {
    reference,
    status,
    currency: "EUR",
    totalMinor: 1_000n,
    placedAt: now,
    createdAt: now,
    updatedAt: now,
  };
  await db.shopOrder.create({
    data: {
      ...order,
      name: "Ann",
      email: "ann@example.com",
      emailKey: "ann@example.com",
      shipTo: { line1: "Keizersgracht 1", postalCode: "1015 CC", city: "Amsterdam", country: "NL" },
      payBy: new Date(now.getTime() + HOUR_MS),
      lines: { create: [{ lineNo: 1, sku: "S", title: "S", quantity: 1, priceMinor: 1_000n }] },
      payments: { create: [...payments] },
    },
  });
}

async function pay(
  calmUrl: string,
  provider: "mollie" | "stripe",
  { id, isPaid }: { readonly id: string; readonly isPaid: boolean },
): Promise<string> {
  const [path, key, body] =
    provider === "mollie"
      ? ([
          "/mollie/v2/payments",
          `test_${TOKEN}`,
          JSON.stringify({
            amount: { currency: "EUR", value: "10.00" },
            description: "hostile",
            redirectUrl: "https://shop.example",
            metadata: { reference: id },
          }),
        ] as const)
      : ([
          "/stripe/v1/payment_intents",
          `sk_test_${TOKEN}`,
          new URLSearchParams({
            amount: "1000",
            currency: "eur",
            confirm: "true",
            return_url: "https://shop.example",
            "payment_method_data[type]": "ideal",
            "metadata[reference]": id,
          }),
        ] as const);
  const made = await post(`${calmUrl}${path}`, body, { authorization: `Bearer ${key}` });
  const { id: providerId } = JSON.parse(made) as { id: string };
  if (isPaid)
    await post(`${calmUrl}/${provider}/checkout/${providerId}`, new URLSearchParams({ outcome: "pay", close: "1" }));
  return providerId;
}

async function post(
  url: string,
  body: string | URLSearchParams,
  headers: Record<string, string> = {},
): Promise<string> {
  const answer = await fetch(url, { method: "POST", body, headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`POST ${url} was answered ${answer.status}: ${text}`);
  return text;
}
