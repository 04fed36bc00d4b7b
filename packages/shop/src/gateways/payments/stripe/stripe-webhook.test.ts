import { createHmac } from "node:crypto";

import { describe, expect, it } from "@jest/globals";

import { BadSignature, UnreadableWebhook } from "../errors.ts";
import { parseStripeWebhook } from "./stripe-webhook.ts";

const NOW = new Date("2026-03-02T10:00:00Z");
const NOW_SECONDS = NOW.getTime() / 1_000;

const event = (object: object, change: object = {}) =>
  JSON.stringify({ id: "evt_1", object: "event", type: "payment_intent.succeeded", data: { object }, ...change });
const INTENT = { object: "payment_intent", id: "pi_1", status: "succeeded" };

const hmac = (seconds: number, body: string, secret: string) =>
  createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");

function parse(body: string, { at = NOW_SECONDS, by = "old", header = "" } = {}) {
  const signature = header || `t=${at},v1=${hmac(at, body, by)},v0=00`;
  return parseStripeWebhook(
    Buffer.from(body),
    { "stripe-signature": signature },
    { secrets: ["new", "old"], now: NOW },
  );
}

describe("Stripe's webhook", () => {
  it("is a reason to ask for the payment that it is about, however much it says", () => {
    const hint = { providerId: "pi_1", eventId: "evt_1", observed: null };
    expect(parse(event(INTENT))).toEqual([hint]);
    expect(parse(event({ object: "refund", id: "re_1", payment_intent: "pi_1" }))).toEqual([hint]);
    expect(parse(event({ object: "dispute", id: "dp_1", payment_intent: { id: "pi_1" } }))).toEqual([hint]);
  });

  it("is about no payment where its object is of something else", () => {
    expect(parse(event({ object: "plan", id: "price_1" }))).toEqual([]);
    expect(parse(event({ object: "charge", id: "ch_1", payment_intent: null }))).toEqual([]);
    expect(parse(event({ object: "payment_intent", id: "pi_'; --" }))).toEqual([]);
  });

  it("is believed under each secret while they rotate, for five minutes", () => {
    expect(parse(event(INTENT), { by: "new" })).toHaveLength(1);
    expect(parse(event(INTENT), { at: NOW_SECONDS - 300 })).toHaveLength(1);
    expect(() => parse(event(INTENT), { at: NOW_SECONDS - 301 })).toThrow("301 s ago, and at most 300 s");
    expect(() => parse(event(INTENT), { at: NOW_SECONDS + 301 })).toThrow(BadSignature);
  });

  it("is not believed with another body, time, secret or scheme, nor without one", () => {
    const good = hmac(NOW_SECONDS, event(INTENT), "new");
    const wrong = [
      `t=${NOW_SECONDS + 1},v1=${good}`,
      `t=${NOW_SECONDS},v0=${good}`,
      `t=${NOW_SECONDS}`,
      `v1=${good}`,
      `t=soon,v1=${good}`,
      `t=${NOW_SECONDS},v1=${good.slice(1)}`,
      ",",
    ];
    for (const header of wrong) expect(() => parse(event(INTENT), { header })).toThrow(BadSignature);
    expect(() => parse(event({ ...INTENT, id: "pi_2" }), { header: `t=${NOW_SECONDS},v1=${good}` })).toThrow(
      BadSignature,
    );
    expect(() => parse(event(INTENT), { by: "stolen" })).toThrow(BadSignature);
    const body = Buffer.from(event(INTENT));
    expect(() => parseStripeWebhook(body, {}, { secrets: ["new"], now: NOW })).toThrow("no Stripe-Signature");
    const headers = { "stripe-signature": `t=${NOW_SECONDS},v1=${good}` };
    expect(() => parseStripeWebhook(body, headers, { secrets: [], now: NOW })).toThrow("Set STRIPE_WEBHOOK_SECRETS");
  });

  it("is refused where it is signed and no event", () => {
    for (const body of ["", "{", "[]", event(INTENT, { object: "charge" }), event(INTENT, { id: "evt'" })])
      expect(() => parse(body)).toThrow(UnreadableWebhook);
  });
});
