import { escapeHtml, htmlReply, HttpError, type Reply, type Route } from "../http/index.ts";
import { cardRefusal, type PlayedPayment, type PlayedStatus } from "./played-payment.ts";
import type { PlayedProvider } from "./played-provider.ts";

export interface CheckoutPage {
  /** First part of its path. */
  readonly name: "mollie" | "stripe";
  readonly provider: PlayedProvider;
  readonly nowMs: () => number;
  readonly methods: readonly string[];
  readonly unitsOfWhole: (currency: string) => bigint;
  readonly toText: (payment: PlayedPayment) => string;
  /** A refused try ends the payment, or lets the shopper try again. */
  readonly isRefusalFinal: boolean;
}

const OUTCOMES: ReadonlyMap<string, PlayedStatus> = new Map([
  ["pay", "paid"],
  ["fail", "failed"],
  ["cancel", "canceled"],
  ["pend", "pending"],
]);

/**
 * The page where a shopper pays. A test or a person posts `outcome` (pay, fail, cancel, pend), `method`, and `close` where the
 * browser is closed before it comes back to the shop; whoever closes it at once posts nothing.
 */
export function checkoutRoutes(page: CheckoutPage): Route[] {
  const path = `/${page.name}/checkout/:id`;
  const find = (id: string): PlayedPayment => {
    page.provider.advance(page.nowMs());
    const payment = page.provider.find(id, null);
    if (payment !== null) return payment;
    throw new HttpError(404, { code: "NO_SUCH_PAYMENT", message: `no payment ${id} was made here` });
  };
  return [
    {
      method: "GET",
      path,
      about: `Checkout page of ${page.name}, for a person with a browser`,
      auth: null,
      handle: ({ params }) => htmlReply(toPage(page, find(params["id"]!))),
    },
    {
      method: "POST",
      path,
      about: `Checkout page of ${page.name}: outcome=pay|fail|cancel|pend, method=…, close=1 to close the browser after it`,
      auth: null,
      reads: "text",
      handle: ({ params, rawBody }) => choose(page, find(params["id"]!), new URLSearchParams(rawBody)),
    },
  ];
}

function choose(page: CheckoutPage, payment: PlayedPayment, form: URLSearchParams): Reply {
  const wanted = OUTCOMES.get(form.get("outcome") ?? "");
  if (wanted === undefined)
    throw new HttpError(400, { code: "BAD_REQUEST", message: "expected outcome=pay, fail, cancel or pend" });
  if (payment.status === "open" || payment.status === "pending") {
    payment.method = form.get("method") ?? payment.method ?? page.methods[0]!;
    const refusal = wanted === "paid" ? cardRefusal(payment, page.unitsOfWhole(payment.currency)) : null;
    settle(page, payment, refusal === null ? wanted : "failed", refusal ?? form.get("reason"));
  }
  if (form.has("close") || payment.redirectUrl === null)
    return htmlReply("<!doctype html><title>Closed</title><p>The browser was closed here.");
  return { status: 303, headers: { location: payment.redirectUrl, "content-type": "text/plain" }, text: "" };
}

function settle(page: CheckoutPage, payment: PlayedPayment, wanted: PlayedStatus, reason: string | null): void {
  if (wanted !== "failed") {
    payment.failureReason = null;
    const status = wanted === "paid" && payment.isManualCapture ? "authorized" : wanted;
    page.provider.become(payment, status, page.nowMs());
    return;
  }
  payment.failureReason = reason ?? "card_declined";
  if (page.isRefusalFinal) page.provider.become(payment, "failed", page.nowMs());
}

function toPage({ name, methods, toText }: CheckoutPage, payment: PlayedPayment): string {
  const { id, status, description } = payment;
  const options = methods.map((method) => `<option${method === payment.method ? " selected" : ""}>${method}</option>`);
  const buttons = [
    ["pay", "Pay"],
    ["pend", "Pay later by bank"],
    ["fail", "Be refused"],
    ["cancel", "Cancel"],
  ].map(([outcome, label]) => `<button name="outcome" value="${outcome}">${label}</button>`);
  const form = `<form method="post"><select name="method">${options.join("")}</select> ${buttons.join(" ")}
<p><label><input type="checkbox" name="close" value="1"> and close the browser instead of going back to the shop</label></p></form>`;
  const isOpen = status === "open" || status === "pending";
  return `<!doctype html><meta charset="utf-8"><title>Pay ${escapeHtml(id)}</title>
<h1>${escapeHtml(toText(payment))}</h1><p>${escapeHtml(description ?? "")}</p>
<p>Payment ${escapeHtml(id)} at the sandbox's ${name} is <strong>${escapeHtml(status)}</strong>.</p>${isOpen ? form : ""}`;
}
