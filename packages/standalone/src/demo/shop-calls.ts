import { setTimeout as delay } from "node:timers/promises";

import { type Clock, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";

export interface DemoShop {
  readonly api: { readonly url: string; readonly token: string };
  readonly sandbox: { readonly url: string; readonly token: string };
  readonly clock: Clock;
  /** Aborted when the start is over. */
  readonly signal: AbortSignal;
}

/** What a shopper does on a provider's page. */
export type Outcome = "paid" | "failed" | "open";

export interface AskedAttempt {
  /** Our reference of it. */
  readonly id: string;
  readonly provider: "mollie" | "stripe";
  readonly totalMinor: number;
  readonly outcome: Outcome;
  /** Null: no webhook tells of it. */
  readonly webhookUrl: string | null;
}

type Method = "GET" | "PUT" | "POST";

const PATIENCE_MS = 2 * MINUTE_MS;
const ANSWER_WITHIN_MS = 30 * SECOND_MS;
const BACK_IN_THE_SHOP = "https://shop.example/thanks";

/** Asks the api below `/api/v1/shop`. Throws an `Error` that names a request which was refused. */
export const ask = ({ api, signal }: DemoShop, method: Method, path: string, body?: object) =>
  call(api, signal, method, `/api/v1/shop${path}`, body === undefined ? {} : { json: body });

export async function findOrder(shop: DemoShop, reference: string): Promise<Record<string, unknown> | null> {
  return (await ask(shop, "GET", `/orders?reference=${reference}`))["items"][0] ?? null;
}

/** Makes a payment at the sandbox, has the shopper do as told on its page and close the browser, and answers its id. */
export async function payAtSandbox(shop: DemoShop, attempt: AskedAttempt): Promise<string> {
  const { sandbox, signal } = shop;
  const { provider, outcome } = attempt;
  const made =
    provider === "mollie"
      ? await call({ ...sandbox, token: `test_${sandbox.token}` }, signal, "POST", "/mollie/v2/payments", {
          json: toMolliePayment(attempt),
        })
      : await call({ ...sandbox, token: `sk_test_${sandbox.token}` }, signal, "POST", "/stripe/v1/payment_intents", {
          form: toStripeIntent(attempt),
        });
  const id: string = made["id"];
  if (outcome !== "open")
    await call(sandbox, signal, "POST", `/${provider}/checkout/${id}`, {
      form: { outcome: outcome === "paid" ? "pay" : "fail", method: "ideal", close: "1" },
    });
  return id;
}

function toMolliePayment({ id, totalMinor, webhookUrl }: AskedAttempt): object {
  const value = `${Math.floor(totalMinor / 100)}.${String(totalMinor % 100).padStart(2, "0")}`;
  return {
    amount: { currency: "EUR", value },
    description: "An order of the demonstration",
    redirectUrl: BACK_IN_THE_SHOP,
    metadata: { reference: id },
    ...(webhookUrl === null ? {} : { webhookUrl }),
  };
}

const toStripeIntent = ({ id, totalMinor }: AskedAttempt): Record<string, string> => ({
  amount: String(totalMinor),
  currency: "eur",
  confirm: "true",
  return_url: BACK_IN_THE_SHOP,
  "payment_method_data[type]": "ideal",
  "metadata[reference]": id,
});

/** What the sandbox's mailbox holds for an address, newest last. */
export const mailsTo = async ({ sandbox, signal }: DemoShop, email: string): Promise<{ readonly text: string }[]> =>
  await call(sandbox, signal, "GET", `/_sandbox/mailbox?to=${encodeURIComponent(email)}`);

/** A person presses the button of a page that a mail leads to. */
export async function pressButton({ signal }: DemoShop, url: string): Promise<void> {
  const { origin, pathname, search } = new URL(url);
  await call({ url: origin, token: null }, signal, "POST", `${pathname}${search}`, { form: { confirm: "yes" } });
}

/** Asks once a second. Throws after two minutes, and the signal's reason when it is aborted. */
export async function until({ clock, signal }: DemoShop, isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAtMs = clock.now().getTime() + PATIENCE_MS;
  while (!(await isSo())) {
    if (clock.now().getTime() > giveUpAtMs) throw new Error("the worker has not come to it within two minutes");
    await delay(SECOND_MS, undefined, { signal });
  }
}

async function call(
  { url, token }: { readonly url: string; readonly token: string | null },
  signal: AbortSignal,
  method: Method,
  path: string,
  { json, form }: { readonly json?: object; readonly form?: Readonly<Record<string, string>> } = {},
) {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
  const isJson = /json/.test(answer.headers.get("content-type") ?? "");
  return isJson ? JSON.parse(text) : {};
}
