import { describe, expect, it } from "@jest/globals";

import { BadSignature, NotOffered, UnreadableWebhook } from "../errors.ts";
import {
  adyenBody as bodyOf,
  adyenItem as item,
  ADYEN_KEY as KEY,
  signedAdyenItem as signed,
} from "../../../../test/adyen-items.ts";
import { createAdyenGateway } from "./adyen-gateway.ts";

// The signature that Adyen's own library is tested with.
const PUBLISHED = {
  pspReference: "pspReference",
  originalReference: "originalReference",
  merchantAccountCode: "merchantAccount",
  merchantReference: "reference",
  amount: { currency: "EUR", value: 1000 },
  eventCode: "EVENT",
  success: "true",
  additionalData: { hmacSignature: "ipnxGCaUZ4l8TUW75a71/ghd2Fe5ffvX0pV4TLTntIc=" },
};

const NOW = new Date("2026-03-02T10:00:00Z");
const gatewayOf = (more: { isManualCapture?: boolean; hmacKeys?: readonly string[] } = {}) =>
  createAdyenGateway({ hmacKeys: [KEY], isManualCapture: false, ...more });

const parse = (...items: unknown[]) => gatewayOf().parseWebhook(bodyOf(...items), {}, NOW);

describe("Adyen, which cannot be asked,", () => {
  it("signs as its own library does", () => {
    expect(parse(PUBLISHED)).toEqual([]);
    expect(() => parse({ ...PUBLISHED, amount: { currency: "EUR", value: 1001 } })).toThrow(BadSignature);
  });

  it("says of a payment all that is known of it", () => {
    expect(parse(signed())).toEqual([
      {
        providerId: "PSP1",
        eventId: "PSP1:AUTHORISATION:true",
        observed: expect.objectContaining({
          providerId: "PSP1",
          reference: "payment-1",
          status: "PAID",
          rawStatus: "AUTHORISATION true",
          mode: "test",
          method: "ideal",
          amount: { minor: 1_999n, currency: "EUR" },
        }),
      },
    ]);
  });

  it.each([
    ["AUTHORISATION", "true", "PAID"],
    ["AUTHORISATION", "false", "FAILED"],
    ["CAPTURE", "true", "PAID"],
    ["CAPTURE", "false", null],
    ["CAPTURE_FAILED", "true", null],
    ["PENDING", "true", "PENDING"],
    ["CANCELLATION", "true", "CANCELED"],
    ["TECHNICAL_CANCEL", "true", "CANCELED"],
    ["EXPIRE", "true", "EXPIRED"],
    ["OFFER_CLOSED", "true", "EXPIRED"],
  ])("means by %s with the word %p the status %p", (eventCode, success, status) => {
    const [hint] = parse(signed({ eventCode, success, originalReference: "PSP0" }));
    expect(hint).toMatchObject({ providerId: "PSP0", observed: { status, rawStatus: `${eventCode} ${success}` } });
  });

  it.each([
    ["CANCELLATION", "false"],
    ["EXPIRE", "false"],
    ["REPORT_AVAILABLE", "true"],
    ["MANUAL_REVIEW_ACCEPT", "true"],
  ])("says nothing of a payment by %s with the word %p", (eventCode, success) => {
    expect(parse(signed({ eventCode, success }))).toEqual([]);
  });

  it("has only authorized a payment where the money is taken by a call of its own", () => {
    const [hint] = gatewayOf({ isManualCapture: true }).parseWebhook(bodyOf(signed()), {}, NOW);
    expect(hint!.observed!.status).toBe("AUTHORIZED");
  });

  it("tells of refunds and disputes without a word on the payment's own amount", () => {
    const about = { pspReference: "PSP9", originalReference: "PSP1", amount: { currency: "EUR", value: 500 } };
    const hints = parse(
      signed({ ...about, eventCode: "REFUND" }),
      signed({ ...about, eventCode: "REFUND", success: "false" }),
      signed({ ...about, eventCode: "REFUND_FAILED" }),
      signed({ ...about, eventCode: "CANCEL_OR_REFUND", additionalData: { "modification.action": "refund" } }),
      signed({ ...about, eventCode: "CHARGEBACK" }),
      signed({ ...about, eventCode: "CHARGEBACK_REVERSED" }),
    );
    expect(hints.map(({ providerId, observed }) => [providerId, observed])).toEqual(hints.map(() => ["PSP1", null]));
    expect(hints.map(({ refunds }) => refunds?.[0]?.status)).toEqual([
      "REFUNDED",
      "FAILED",
      "FAILED",
      "REFUNDED",
      undefined,
      undefined,
    ]);
    expect(hints.map(({ disputes }) => disputes?.[0]?.status).slice(4)).toEqual(["OPEN", "WON"]);
    expect(hints[0]!.refunds).toMatchObject([{ providerId: "PSP9", amount: { minor: 500n, currency: "EUR" } }]);
  });

  it("counts its own way: CLP and ISK with two digits, BHD with three", () => {
    const amounts = ["CLP", "ISK", "BHD", "CVE"].map((currency) => signed({ amount: { currency, value: 1_000 } }));
    expect(parse(...amounts).map(({ observed }) => observed!.amount.minor)).toEqual([10n, 10n, 1_000n, 100_000n]);
  });

  it("is believed for the good items of a batch, and the bad one is refused aloud", () => {
    const refused: string[] = [];
    const batch = bodyOf(
      signed(),
      { ...signed({ pspReference: "PSP2" }), success: "false" },
      { pspReference: 7 },
      signed({ pspReference: "PSP3" }),
    );
    const hints = gatewayOf().parseWebhook(batch, {}, NOW, ({ code }) => refused.push(code));
    expect(hints.map(({ providerId }) => providerId)).toEqual(["PSP1", "PSP3"]);
    expect(refused).toEqual(["BAD_SIGNATURE", "UNREADABLE_WEBHOOK"]);
  });

  it("is not believed without a signature, under another key, or where no key is set; each key counts while they rotate", () => {
    const other = "00".repeat(32);
    expect(() => parse(item())).toThrow("has no hmacSignature");
    expect(() => parse(signed({}, other))).toThrow(BadSignature);
    expect(() => gatewayOf({ hmacKeys: [] }).parseWebhook(bodyOf(signed()), {}, NOW)).toThrow("Set ADYEN_HMAC_KEYS");
    expect(gatewayOf({ hmacKeys: [KEY, other] }).parseWebhook(bodyOf(signed({}, other)), {}, NOW)).toHaveLength(1);
  });

  it.each(["", "{", "[]", "{}", '{"live":"maybe","notificationItems":[]}', '{"live":"true","notificationItems":[]}'])(
    "is refused where its body is %p",
    (body) => {
      expect(() => gatewayOf().parseWebhook(Buffer.from(body), {}, NOW)).toThrow(UnreadableWebhook);
    },
  );

  it("says what to do instead where it is asked after all", async () => {
    const gateway = gatewayOf();
    expect(gateway.canPoll).toBe(false);
    await expect(gateway.get("PSP1")).rejects.toThrow(NotOffered);
    await expect(gateway.listRefunds("PSP1")).rejects.toThrow("back office");
    const pages = gateway.list(NOW)[Symbol.asyncIterator]();
    await expect(pages.next()).rejects.toThrow(NotOffered);
  });
});
