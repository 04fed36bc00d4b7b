import { jsonReply, type Reply, type Route } from "../../http/index.ts";
import { type PlayedPayment, refundedUnits } from "../played-payment.ts";
import {
  metadataOf,
  noSuch,
  type PlayedStripe,
  type StripeCall,
  stripeError,
  stripeRoute,
  toListReply,
} from "./stripe-calls.ts";
import { amountProblem, toDispute, toIntent, toRefund, toStatus } from "./stripe-wire.ts";

const CANCELABLE = new Set(["open", "authorized"]);

const unexpectedState = (message: string): Reply =>
  stripeError(400, { code: "payment_intent_unexpected_state", message });

/** Stripe's PaymentIntents, refunds and disputes, as far as a shop uses them. */
export function stripeRoutes(stripe: PlayedStripe): Route[] {
  const { provider, nowMs } = stripe;

  const about =
    (handle: (call: StripeCall, payment: PlayedPayment) => Reply) =>
    (call: StripeCall): Reply => {
      const id = call.request.params["id"]!;
      const payment = provider.find(id, call.mode);
      return payment === null ? noSuch("payment_intent", id) : handle(call, payment);
    };
  const show = ({ base, request }: StripeCall, payment: PlayedPayment): Reply => {
    const expand = Object.entries(request.query).flatMap(([name, path]) => (name.startsWith("expand[") ? [path] : []));
    return jsonReply(toIntent(payment, base, new Set(expand)));
  };

  function create(call: StripeCall): Reply {
    const { form, mode } = call;
    const currency = (form.get("currency") ?? "").toUpperCase();
    if (!/^[A-Z]{3}$/.test(currency)) return stripeError(400, { message: "Invalid currency", param: "currency" });
    const units = /^\d{1,12}$/.test(form.get("amount") ?? "") ? BigInt(form.get("amount")!) : 0n;
    const problem = amountProblem(units, currency);
    if (problem !== null) return stripeError(400, { message: problem, param: "amount" });
    const returnUrl = form.get("return_url");
    if (form.get("confirm") === "true" && returnUrl === null)
      return stripeError(400, { message: "A return_url is needed for a method that redirects", param: "return_url" });
    const payment = provider.create(
      {
        mode,
        units,
        currency,
        description: form.get("description"),
        metadata: metadataOf(form),
        redirectUrl: form.get("confirm") === "true" ? returnUrl : null,
        webhookUrl: null,
        method: form.get("payment_method_data[type]") ?? form.get("payment_method_types[0]"),
        isManualCapture: form.get("capture_method") === "manual",
      },
      nowMs(),
    );
    return show(call, payment);
  }

  function cancel(call: StripeCall, payment: PlayedPayment): Reply {
    if (!CANCELABLE.has(payment.status))
      return unexpectedState(`You cannot cancel this PaymentIntent because it has a status of ${toStatus(payment)}.`);
    provider.become(payment, "canceled", nowMs());
    return show(call, payment);
  }

  function capture(call: StripeCall, payment: PlayedPayment): Reply {
    if (payment.status !== "authorized") return unexpectedState("This PaymentIntent could not be captured.");
    provider.become(payment, "paid", nowMs());
    return show(call, payment);
  }

  function refund({ form, mode }: StripeCall): Reply {
    const id = form.get("payment_intent") ?? "";
    const payment = provider.find(id, mode);
    if (payment === null) return noSuch("payment_intent", id, 400);
    if (payment.status !== "paid")
      return unexpectedState("This PaymentIntent does not have a successful charge to refund.");
    const left = payment.units - refundedUnits(payment);
    if (left === 0n)
      return stripeError(400, { code: "charge_already_refunded", message: "Charge has already been refunded." });
    const units = form.has("amount") ? BigInt(/^\d{1,12}$/.exec(form.get("amount")!)?.[0] ?? "0") : left;
    if (amountProblem(units, payment.currency) !== null)
      return stripeError(400, { message: "Invalid positive integer", param: "amount" });
    if (units > left) {
      const message = `Refund amount (${units}) is greater than unrefunded amount on charge (${left})`;
      return stripeError(400, { message, param: "amount" });
    }
    const wanted = { units, description: null, metadata: metadataOf(form) };
    return jsonReply(toRefund(payment, provider.refund(payment, wanted, nowMs())));
  }

  /** Of the payment that is asked for, or of all. */
  function ofIntent(call: StripeCall, view: (payments: readonly PlayedPayment[]) => Reply): Reply {
    const id = call.request.query["payment_intent"];
    if (id === undefined) return view(provider.list(call.mode));
    const payment = provider.find(id, call.mode);
    return payment === null ? noSuch("payment_intent", id, 400) : view([payment]);
  }

  const route = (method: "GET" | "POST", path: string, what: string, handle: (call: StripeCall) => Reply): Route =>
    stripeRoute(stripe, method, path, { about: what, handle });

  return [
    route("POST", "/payment_intents", "makes a payment; a key of sk_test_… or sk_live_… and SANDBOX_TOKEN", create),
    route("GET", "/payment_intents", "payments, newest first; ?starting_after=&limit= up to 100", (call) => {
      const from = Number(call.request.query["created[gte]"] ?? 0) * 1_000;
      const payments = provider
        .list(call.mode)
        .filter(({ createdMs }) => Math.floor(createdMs / 1_000) * 1_000 >= from);
      return toListReply(payments, call.request, (payment) => toIntent(payment, call.base));
    }),
    route("GET", "/payment_intents/:id", "a payment as it is now; ?expand[]=latest_charge.refunds", about(show)),
    route("POST", "/payment_intents/:id/cancel", "cancels a payment", about(cancel)),
    route("POST", "/payment_intents/:id/capture", "takes the money of an authorized payment", about(capture)),
    route("POST", "/refunds", "refunds (a part of) a payment", refund),
    route("GET", "/refunds", "refunds, newest first; ?payment_intent=", (call) =>
      ofIntent(call, (payments) => {
        const refunds = payments
          .flatMap((payment) => payment.refunds.map((one) => toRefund(payment, one)))
          .toReversed();
        return toListReply(refunds, call.request, (one) => one);
      }),
    ),
    route("GET", "/disputes", "disputes, newest first; ?payment_intent=&created[gte]=", (call) =>
      ofIntent(call, (payments) => {
        const from = Number(call.request.query["created[gte]"] ?? 0);
        const disputes = payments
          .flatMap((payment) => payment.disputes.map((one) => toDispute(payment, one)))
          .filter(({ created }) => created >= from)
          .toSorted((one, other) => other.created - one.created);
        return toListReply(disputes, call.request, (one) => one);
      }),
    ),
  ];
}
