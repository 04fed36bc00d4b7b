import { z } from "zod";

import type { Reply, Route, RouteRequest } from "../../http/index.ts";
import type { IdempotencyKeys } from "../idempotency-keys.ts";
import { type Mode, type PlayedPayment, refundedUnits } from "../played-payment.ts";
import type { PlayedProvider } from "../played-provider.ts";
import {
  isCancelable,
  parseAmount,
  toMollieChargeback,
  toMollieList,
  toMolliePayment,
  toMollieRefund,
} from "./mollie-wire.ts";

export interface PlayedMollie {
  readonly provider: PlayedProvider;
  readonly keys: IdempotencyKeys;
  /** The part of an API key after `test_` or `live_`. */
  readonly token: string;
  readonly nowMs: () => number;
}

const PAYMENT = "/mollie/v2/payments/:id";

const amountBody = z.object({ currency: z.string(), value: z.string() });
const link = z.string().regex(/^https?:\/\/\S+$/);
const paymentBody = z.object({
  amount: amountBody,
  description: z.string().min(1),
  redirectUrl: link.nullish(),
  webhookUrl: link.nullish(),
  method: z.string().nullish(),
  metadata: z.unknown().optional(),
  captureMode: z.enum(["automatic", "manual"]).nullish(),
});
const refundBody = z.object({
  amount: amountBody,
  description: z.string().nullish(),
  metadata: z.unknown().optional(),
});

/** A second refund that looks like one of the last minute is taken for a double click. */
const DUPLICATE_WITHIN_MS = 60_000;

export const halReply = (body: unknown, status = 200): Reply => ({
  status,
  headers: { "content-type": "application/hal+json; charset=utf-8" },
  text: JSON.stringify(body),
});

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized Request",
  404: "Not Found",
  409: "Conflict",
  422: "Unprocessable Entity",
};

export function mollieError(status: number, detail: string, field?: string): Reply {
  const documentation = { href: "https://docs.mollie.com/overview/handling-errors", type: "text/html" };
  const title = TITLES[status] ?? "Error";
  return halReply(
    { status, title, detail, ...(field === undefined ? {} : { field }), _links: { documentation } },
    status,
  );
}

/** Mollie's Payments API v2, as far as a shop uses it. */
export function mollieRoutes({ provider, keys, token, nowMs }: PlayedMollie): Route[] {
  interface Call {
    readonly request: RouteRequest;
    readonly mode: Mode;
    readonly base: string;
  }
  const guarded =
    (handle: (call: Call) => Reply) =>
    (request: RouteRequest): Reply => {
      const [, mode, key] = /^Bearer (live|test)_(.+)$/.exec(request.headers.authorization ?? "") ?? [];
      if (key !== token) return mollieError(401, "Missing authentication, or failed to authenticate");
      provider.advance(nowMs());
      return handle({ request, mode: mode as Mode, base: `http://${request.headers.host}/mollie` });
    };
  const about = (handle: (call: Call, payment: PlayedPayment) => Reply) =>
    guarded((call) => {
      const id = call.request.params["id"]!;
      const payment = provider.find(id, call.mode);
      return payment === null ? mollieError(404, `No payment exists with token ${id}.`) : handle(call, payment);
    });
  const once = ({ request, mode }: Call, path: string, act: () => Reply) =>
    keys.once(request, { scope: `${mode} ${path}`, nowMs: nowMs() }, act);
  const embedded = ({ query }: RouteRequest) => new Set((query["embed"] ?? "").split(",").filter(Boolean));
  const route = (method: Route["method"], path: string, what: string, handle: Route["handle"]): Route => ({
    method,
    path,
    about: `Mollie: ${what}`,
    auth: null,
    handle,
  });

  function create({ request, mode, base }: Call): Reply {
    const parsed = paymentBody.safeParse(request.body);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return mollieError(422, `The ${issue!.path.join(".")} is invalid: ${issue!.message}`, issue!.path.join("."));
    }
    const { amount, description, redirectUrl, webhookUrl, method, metadata, captureMode } = parsed.data;
    const units = parseAmount(amount);
    if (units === null || units === 0n) return mollieError(422, "The amount contains an invalid value", "amount");
    const payment = provider.create(
      {
        mode,
        units,
        currency: amount.currency,
        description: description.slice(0, 255),
        metadata: metadata ?? null,
        redirectUrl: redirectUrl ?? null,
        webhookUrl: webhookUrl ?? null,
        method: method ?? null,
        isManualCapture: captureMode === "manual",
      },
      nowMs(),
    );
    return halReply(toMolliePayment(payment, base, new Set()), 201);
  }

  function list({ request, mode, base }: Call): Reply {
    const sort = request.query["sort"] ?? "desc";
    const payments = sort === "asc" ? provider.list(mode).toReversed() : provider.list(mode);
    return pageOf(
      payments,
      { request, name: "payments", url: `${base}/v2/payments`, more: `&sort=${sort}` },
      (payment) => toMolliePayment(payment, base, embedded(request)),
    );
  }

  function listChargebacks({ request, mode, base }: Call): Reply {
    const all = provider
      .list(mode)
      .flatMap((payment) => payment.disputes.map((dispute) => ({ id: dispute.id, payment, dispute })))
      .toSorted((one, other) => other.dispute.createdMs - one.dispute.createdMs);
    return pageOf(
      all,
      { request, name: "chargebacks", url: `${base}/v2/chargebacks`, more: "" },
      ({ payment, dispute }) => toMollieChargeback(payment, dispute, base),
    );
  }

  function cancel({ base }: Call, payment: PlayedPayment): Reply {
    if (!isCancelable(payment)) return mollieError(422, "The payment cannot be cancelled");
    provider.become(payment, "canceled", nowMs());
    return halReply(toMolliePayment(payment, base, new Set()));
  }

  function refund({ request, base }: Call, payment: PlayedPayment): Reply {
    const parsed = refundBody.safeParse(request.body);
    if (!parsed.success) return mollieError(422, "The amount is invalid", "amount");
    const { amount, description, metadata } = parsed.data;
    const units = amount.currency === payment.currency ? parseAmount(amount) : null;
    if (units === null || units === 0n) return mollieError(422, "The amount contains an invalid value", "amount");
    if (payment.status !== "paid") return mollieError(422, "The payment is not paid, so it cannot be refunded");
    if (units > payment.units - refundedUnits(payment))
      return mollieError(
        422,
        "The specified amount cannot be refunded. The amount is higher than the maximum",
        "amount",
      );
    const isTwice = payment.refunds.some(
      (one) => one.units === units && nowMs() - one.createdMs < DUPLICATE_WITHIN_MS && one.status !== "canceled",
    );
    if (isTwice) return mollieError(409, "A duplicate refund has been detected");
    const made = provider.refund(payment, { units, description: description ?? null, metadata }, nowMs());
    return halReply(toMollieRefund(payment, made, base), 201);
  }

  const aboutRefund = (handle: (call: Call, payment: PlayedPayment, id: string) => Reply) =>
    about((call, payment) => handle(call, payment, call.request.params["refund"]!));

  return [
    route(
      "POST",
      "/mollie/v2/payments",
      "makes a payment; a key of test_… or live_… and SANDBOX_TOKEN",
      guarded((call) => once(call, "/payments", () => create(call))),
    ),
    route("GET", "/mollie/v2/payments", "payments, newest first; ?from=&limit= up to 250", guarded(list)),
    route(
      "GET",
      PAYMENT,
      "a payment as it is now; ?embed=refunds,chargebacks",
      about(({ request, base }, payment) => halReply(toMolliePayment(payment, base, embedded(request)))),
    ),
    route("DELETE", PAYMENT, "cancels a payment", about(cancel)),
    route(
      "POST",
      `${PAYMENT}/refunds`,
      "refunds (a part of) a payment",
      about((call, payment) => once(call, `/payments/${payment.id}/refunds`, () => refund(call, payment))),
    ),
    route(
      "GET",
      `${PAYMENT}/refunds`,
      "refunds of a payment",
      about(({ base }, payment) => {
        const refunds = payment.refunds.toReversed().map((one) => toMollieRefund(payment, one, base));
        return halReply(toMollieList("refunds", refunds, `${base}/v2/payments/${payment.id}/refunds`, null));
      }),
    ),
    route(
      "GET",
      `${PAYMENT}/refunds/:refund`,
      "a refund as it is now",
      aboutRefund(({ base }, payment, id) => {
        const found = payment.refunds.find((one) => one.id === id);
        return found === undefined ? noRefund(id) : halReply(toMollieRefund(payment, found, base));
      }),
    ),
    route(
      "DELETE",
      `${PAYMENT}/refunds/:refund`,
      "cancels a refund that is not at the bank yet",
      aboutRefund((_, payment, id) => {
        const found = payment.refunds.find((one) => one.id === id);
        if (found === undefined) return noRefund(id);
        if (found.status !== "queued" && found.status !== "pending")
          return mollieError(422, "The refund cannot be cancelled");
        provider.setRefund(payment, found, "canceled", nowMs());
        return { status: 204, headers: {}, text: "" };
      }),
    ),
    route(
      "GET",
      "/mollie/v2/chargebacks",
      "chargebacks of all payments, newest first; ?from=&limit= up to 250",
      guarded(listChargebacks),
    ),
    route(
      "GET",
      `${PAYMENT}/chargebacks`,
      "chargebacks of a payment",
      about(({ base }, payment) => {
        const disputes = payment.disputes.map((one) => toMollieChargeback(payment, one, base));
        return halReply(toMollieList("chargebacks", disputes, `${base}/v2/payments/${payment.id}/chargebacks`, null));
      }),
    ),
    route(
      "POST",
      `${PAYMENT}/captures`,
      "takes the money of an authorized payment",
      about((call, payment) =>
        once(call, `/payments/${payment.id}/captures`, () => {
          if (payment.status !== "authorized") return mollieError(422, "The payment cannot be captured");
          provider.become(payment, "paid", nowMs());
          return halReply({ resource: "capture", id: `cpt_${payment.id.slice(3)}`, status: "succeeded" }, 201);
        }),
      ),
    ),
  ];
}

interface PageOf {
  readonly request: RouteRequest;
  readonly name: string;
  readonly url: string;
  /** Of the query, for the next page. */
  readonly more: string;
}

function pageOf<Item extends { readonly id: string }>(
  items: readonly Item[],
  { request, name, url, more }: PageOf,
  toWire: (item: Item) => unknown,
): Reply {
  const { limit = "50", from } = request.query;
  const most = Number(limit);
  if (!Number.isInteger(most) || most < 1 || most > 250)
    return mollieError(400, "The limit must be a number from 1 to 250", "limit");
  const start = from === undefined ? 0 : items.findIndex(({ id }) => id === from);
  if (start === -1) return mollieError(400, "Invalid cursor value", "from");
  const next = items[start + most];
  const path = `${url}?limit=${most}`;
  return halReply(
    toMollieList(
      name,
      items.slice(start, start + most).map(toWire),
      path,
      next === undefined ? null : `${path}&from=${next.id}${more}`,
    ),
  );
}

const noRefund = (id: string) => mollieError(404, `No refund exists with token ${id}.`);
