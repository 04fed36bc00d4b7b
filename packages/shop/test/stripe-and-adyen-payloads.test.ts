import { createHmac } from "node:crypto";

import { describe, expect, it } from "@jest/globals";

import { createAdyenGateway } from "../src/gateways/payments/adyen/adyen-gateway.ts";
import { BadSignature } from "../src/gateways/payments/errors.ts";
import { createStripeGateway } from "../src/gateways/payments/stripe/stripe-gateway.ts";
import { payloadsAreThere, payloadText, transportOf } from "./payment-payloads.ts";

const describePayloads = payloadsAreThere || process.env["CI"] === "true" ? describe : describe.skip;
const NOW = new Date("2026-03-02T10:00:00Z");

type Fixture = Record<string, unknown>;
const stripeFixtures = () =>
  (JSON.parse(payloadText("stripe/openapi/fixtures3.json")) as { resources: Record<string, Fixture> }).resources;

const stripeAnswering = (answer: (request: { method: string; url: string }) => unknown) =>
  createStripeGateway(
    { url: "https://api.stripe.com", secretKey: "sk_test_key", webhookSecrets: ["secret"], redirectMethod: null },
    { transport: transportOf(answer), retries: 0 },
  );
const listOf = (...data: unknown[]) => ({ object: "list", data, has_more: false });

describePayloads("Stripe's published bodies", () => {
  it("say of a payment what their maker means", async () => {
    const { payment_intent: intent } = stripeFixtures();
    expect(await stripeAnswering(() => intent).get("pi_1")).toEqual({
      providerId: "pi_1PgafyB7WZ01zgkWSjxsAJo3",
      reference: null,
      status: "OPEN",
      rawStatus: "requires_payment_method",
      mode: "test",
      method: "card",
      amount: { minor: 1_099n, currency: "USD" },
      isCancelable: true,
      failureReason: null,
      checkoutUrl: null,
      createdAt: new Date(1_234_567_890_000),
      expiresAt: null,
      captureBefore: null,
      refunds: [],
      disputes: [],
    });
  });

  it("say of a charge, its refunds and its dispute what their maker means", async () => {
    const { payment_intent: intent, charge, refund, dispute } = stripeFixtures();
    const refunds = listOf(refund);
    const paid = { ...intent, status: "succeeded", latest_charge: { ...charge, disputed: true, refunds } };
    const gateway = stripeAnswering(({ url }) => (url.includes("/disputes") ? listOf(dispute) : paid));
    expect(await gateway.get("pi_1")).toMatchObject({
      status: "PAID",
      method: "card",
      refunds: [
        { providerId: "re_1Pgc72B7WZ01zgkWqPvrRrPE", status: "REFUNDED", amount: { minor: 100n, currency: "USD" } },
      ],
      disputes: [
        {
          providerId: "dp_1Pgc71B7WZ01zgkWMevJiAUx",
          status: "OPEN",
          amount: { minor: 1_000n, currency: "USD" },
          reason: "general",
        },
      ],
    });
    expect(await stripeAnswering(() => refunds).listRefunds("pi_1")).toHaveLength(1);
  });

  it("are about no payment where an event is of a plan, and every resource is read or passed over as an event's object", () => {
    const gateway = stripeAnswering(() => null);
    const parse = (event: unknown) => {
      const body = JSON.stringify(event);
      const seconds = NOW.getTime() / 1_000;
      const v1 = createHmac("sha256", "secret").update(`${seconds}.${body}`).digest("hex");
      return gateway.parseWebhook(Buffer.from(body), { "stripe-signature": `t=${seconds},v1=${v1}` }, NOW);
    };
    const { event, ...others } = stripeFixtures();
    expect(parse(event)).toEqual([]);
    const named = Object.entries(others).filter(
      ([, object]) => typeof object["object"] === "string" && parse({ ...event, data: { object } }).length > 0,
    );
    expect(named.map(([name]) => name)).toEqual(["checkout.session", "payment_intent"]);
  });
});

const ADYEN = "adyen-node/src/__mocks__/notification";
/** Any: the key that signed them is not published. */
const ADYEN_KEY = "11223344D785FBAE710E7F943F307971BB61B21281C98C9129B3D4018A57B2EB";

describePayloads("Adyen's published bodies", () => {
  const gateway = createAdyenGateway({ hmacKeys: [ADYEN_KEY], isManualCapture: false });
  interface Body {
    readonly notificationItems: readonly { readonly NotificationRequestItem: Record<string, unknown> }[];
  }
  /** Under a key of ours: theirs are not published. */
  function signedAnew(file: string): Buffer {
    const body = JSON.parse(payloadText(file)) as Body;
    for (const { NotificationRequestItem: item } of body.notificationItems) {
      const { value, currency } = item["amount"] as { value: number; currency: string };
      const names = ["pspReference", "originalReference", "merchantAccountCode", "merchantReference"];
      const text = [...names.map((name) => item[name] ?? ""), value, currency, item["eventCode"], item["success"]].join(
        ":",
      );
      const hmacSignature = createHmac("sha256", Buffer.from(ADYEN_KEY, "hex")).update(text).digest("base64");
      item["additionalData"] = { ...(item["additionalData"] as object), hmacSignature };
    }
    return Buffer.from(JSON.stringify(body));
  }
  const parse = (file: string) => gateway.parseWebhook(signedAnew(file), {}, NOW);

  it("say what their maker means", () => {
    expect(parse(`${ADYEN}/authorisationTrue.json`)).toMatchObject([
      {
        providerId: "123456789",
        observed: {
          status: "PAID",
          reference: "8313842560770001",
          method: "visa",
          mode: "test",
          amount: { minor: 10_100n, currency: "EUR" },
        },
      },
    ]);
    expect(parse(`${ADYEN}/captureTrue.json`)).toMatchObject([
      { providerId: "ORIGINAL_PSP", observed: { status: "PAID", amount: { minor: 23_623n, currency: "USD" } } },
    ]);
    expect(parse(`${ADYEN}/captureFalse.json`)).toMatchObject([
      { providerId: "ORIGINAL_PSP", observed: { status: null, rawStatus: "CAPTURE false" } },
    ]);
    const refund = { providerId: "PSP_REFERENCE", reference: "payment-2017-1-17-11-refund" };
    expect(parse(`${ADYEN}/refundTrue.json`)).toMatchObject([
      { providerId: "ORIGINAL_PSP", observed: null, refunds: [{ ...refund, status: "REFUNDED" }] },
    ]);
    expect(parse(`${ADYEN}/refundFalse.json`)).toMatchObject([
      { providerId: "ORIGINAL_PSP", observed: null, refunds: [{ ...refund, status: "FAILED" }] },
    ]);
  });

  it("are about no payment where they are of an account", () => {
    for (const file of [`${ADYEN}/accountHolderCreated.json`, "adyen-node/tools/hmac/payload2.json"])
      expect(gateway.parseWebhook(Buffer.from(payloadText(file)), {}, NOW)).toEqual([]);
  });

  it("are not believed under a key that did not sign them", () => {
    const body = Buffer.from(payloadText(`${ADYEN}/authorisationTrue.json`));
    expect(() => gateway.parseWebhook(body, {}, NOW)).toThrow(BadSignature);
  });
});
