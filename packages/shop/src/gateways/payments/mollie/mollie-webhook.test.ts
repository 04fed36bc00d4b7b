import { createHmac } from "node:crypto";

import { describe, expect, it } from "@jest/globals";

import { BadSignature, UnreadableWebhook } from "../errors.ts";
import { parseMollieWebhook } from "./mollie-webhook.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const classic = (body: string) => parseMollieWebhook(Buffer.from(body), FORM, []);

describe("Mollie's classic webhook", () => {
  it("is a reason to ask for the payment that it names, and nothing more", () => {
    expect(classic("id=tr_7UhSN1zuXS")).toEqual([{ providerId: "tr_7UhSN1zuXS", eventId: null, observed: null }]);
  });

  it("is about no payment where it names an order or a payment link", () => {
    expect(classic("id=ord_kEn1PlbGa")).toEqual([]);
    expect(classic("id=pl_4Y0eZitmBnQ5jsBYZIBw")).toEqual([]);
  });

  it.each([
    ["an empty body", ""],
    ["no id", "payment=tr_1"],
    ["two ids", "id=tr_1&id=tr_2"],
    ["a path", "id=tr_1/../refunds"],
    ["a quote", "id=tr_1'%20OR%201=1"],
    ["a NUL", "id=tr_%00"],
    ["JSON", '{"id":"tr_1"}'],
    ["10 kB", `id=tr_${"a".repeat(10_000)}`],
    ["bytes that are no text", Buffer.from([0xff, 0xfe]).toString("latin1")],
  ])("is refused with %s", (_, body) => {
    expect(() => classic(body)).toThrow(UnreadableWebhook);
  });
});

const event = (change: object = {}) =>
  JSON.stringify({
    resource: "event",
    id: "event_GvJ8WHrp5isUdRub9CJyH",
    type: "payment.paid",
    entityId: "tr_7UhSN1zuXS",
    createdAt: "2024-12-16T15:59:04.0Z",
    ...change,
  });
const sign = (body: string, secret: string) => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

function signed(body: string, { secrets = ["new", "old"], by = "old" } = {}) {
  const headers = { "content-type": "application/json", "x-mollie-signature": sign(body, by) };
  return parseMollieWebhook(Buffer.from(body), headers, secrets);
}

describe("Mollie's next-generation webhook", () => {
  it("is believed under each of the secrets while they rotate, and still only a reason to ask", () => {
    const hint = { providerId: "tr_7UhSN1zuXS", eventId: "event_GvJ8WHrp5isUdRub9CJyH", observed: null };
    expect(signed(event(), { by: "old" })).toEqual([hint]);
    expect(signed(event(), { by: "new" })).toEqual([hint]);
  });

  it("names the payment of a refund and of a chargeback", () => {
    const entity = { id: "re_4qqhO89gsT", paymentId: "tr_7UhSN1zuXS" };
    for (const type of ["refund.refunded", "chargeback.received", "capture.failed"])
      expect(signed(event({ type, entityId: "re_4qqhO89gsT", _embedded: { entity } }))).toMatchObject([
        { providerId: "tr_7UhSN1zuXS" },
      ]);
  });

  it("is about no payment where its event is of something else", () => {
    expect(signed(event({ type: "payment-link.paid", entityId: "pl_4Y0eZitmBnQ5jsBYZIBw" }))).toEqual([]);
  });

  it("is not believed under another secret, with another body, without a signature or without a secret to check", () => {
    expect(() => signed(event(), { by: "stolen" })).toThrow(BadSignature);
    expect(() => signed(event(), { secrets: [] })).toThrow("Set MOLLIE_WEBHOOK_SECRETS");
    const headers = { "x-mollie-signature": sign(event(), "new") };
    const other = Buffer.from(event({ entityId: "tr_other" }));
    expect(() => parseMollieWebhook(other, headers, ["new"])).toThrow(BadSignature);
    expect(() => parseMollieWebhook(other, { "content-type": "application/json" }, ["new"])).toThrow(BadSignature);
    for (const wrong of ["", "sha256=", "sha256=zz", "md5=00", "é"])
      expect(() => parseMollieWebhook(other, { "x-mollie-signature": wrong }, ["new"])).toThrow(BadSignature);
  });

  it("is signed over its bytes as they came, whatever letters are in them", () => {
    expect(signed(event({ note: "İ 東 😀  spaced" }))).toHaveLength(1);
  });

  it("is refused where it is signed and no event, or names no payment", () => {
    for (const body of ["", "[]", "{", event({ type: 7 }), event({ entityId: null }), event({ entityId: "tr_1'" })])
      expect(() => signed(body)).toThrow(UnreadableWebhook);
  });
});
