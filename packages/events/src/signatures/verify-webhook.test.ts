import { createHmac } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "@jest/globals";

import { UnverifiedWebhook } from "../webhooks/index.ts";
import { problemOfSecret, readSendersWords, verifyWebhook, WEBHOOK_SCHEMES, type WebhookScheme } from "./index.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const SECONDS = NOW.getTime() / 1_000;
// Spaces, escapes and a number that no double holds: what is read and written again is another text.
const BODY = Buffer.from(
  '{ "id": "evt_1", "object": "event", "type": "a.b", "n": 9007199254740993, "t": "\\u00e9\\/" }',
);
const SECRET = "a secret of this test";
const hmac = (key: string | Buffer, signed: string | Buffer, encoding: "hex" | "base64") =>
  createHmac("sha256", key).update(signed).digest(encoding);

interface Case {
  readonly secret: string;
  readonly sign: (body: Buffer, secret: string, seconds?: number) => Record<string, string>;
  readonly hasTime?: true;
}

const cases: Readonly<Record<Exclude<WebhookScheme, "NONE">, Case>> = {
  STANDARD_WEBHOOKS: {
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    hasTime: true,
    sign: (body, secret, seconds = SECONDS) => {
      const key = Buffer.from(secret.replace("whsec_", ""), "base64");
      const signature = hmac(key, Buffer.concat([Buffer.from(`msg_1.${seconds}.`), body]), "base64");
      return { "webhook-id": "msg_1", "webhook-timestamp": String(seconds), "webhook-signature": `v1,${signature}` };
    },
  },
  SHOPIFY: {
    secret: SECRET,
    sign: (body, secret) => ({ "x-shopify-hmac-sha256": hmac(secret, body, "base64") }),
  },
  WOOCOMMERCE: {
    secret: SECRET,
    sign: (body, secret) => ({ "x-wc-webhook-signature": hmac(secret, body, "base64") }),
  },
  GITHUB: {
    secret: SECRET,
    sign: (body, secret) => ({ "x-hub-signature-256": `sha256=${hmac(secret, body, "hex")}` }),
  },
  STRIPE: {
    secret: "whsec_of_this_test",
    hasTime: true,
    sign: (body, secret, seconds = SECONDS) => ({
      "stripe-signature": `t=${seconds},v0=00,v1=${hmac(secret, Buffer.concat([Buffer.from(`${seconds}.`), body]), "hex")}`,
    }),
  },
  MOLLIE: {
    secret: SECRET,
    sign: (body, secret) => ({ "x-mollie-signature": `sha256=${hmac(secret, body, "hex")}` }),
  },
  ADYEN: {
    secret: "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056",
    sign: (body, secret) => ({ hmacsignature: hmac(Buffer.from(secret, "hex"), body, "base64") }),
  },
};
const named = Object.entries(cases) as [WebhookScheme, Case][];
const isBelieved = (scheme: WebhookScheme, headers: Record<string, string>, body: Buffer, ...secrets: string[]) => {
  try {
    verifyWebhook(scheme, { headers, body }, secrets, NOW);
    return true;
  } catch (error) {
    if (error instanceof UnverifiedWebhook) return false;
    throw error;
  }
};

describe.each(named)("a webhook of %s", (scheme, { secret, sign, hasTime }) => {
  const headers = sign(BODY, secret);
  const other = scheme === "ADYEN" ? "00".repeat(32) : `${secret.slice(0, -4)}AAAA`;

  it("is believed under one of several secrets", () => {
    expect(isBelieved(scheme, headers, BODY, secret)).toBe(true);
    expect(isBelieved(scheme, headers, BODY, other, secret)).toBe(true);
  });

  it("is not believed under another secret, or none", () => {
    expect(isBelieved(scheme, headers, BODY, other)).toBe(false);
    expect(isBelieved(scheme, headers, BODY)).toBe(false);
  });

  it("is not believed when a byte of its body is another, missing, added, or written another way", () => {
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(BODY.toString())));
    const changed = Buffer.from(BODY);
    changed[10]! ^= 1;
    for (const body of [rewritten, changed, BODY.subarray(0, -1), Buffer.concat([BODY, Buffer.from("\n")])])
      expect(isBelieved(scheme, headers, body, secret)).toBe(false);
  });

  it("is not believed with a signature that is cut off, empty, absent or of another alphabet", () => {
    const [name] = Object.keys(headers).filter((key) => /signature|hmac/.test(key)) as [string];
    const { [name]: given, ...without } = headers;
    expect(isBelieved(scheme, without, BODY, secret)).toBe(false);
    for (const wrong of [given!.slice(0, -3), "", ",", "sha256=", "v1,", "\u00e9".repeat(44), "0".repeat(10_000)])
      expect(isBelieved(scheme, { ...headers, [name]: wrong }, BODY, secret)).toBe(false);
  });

  it("is believed with any bytes, those that are no text among them", () => {
    for (const body of [Buffer.alloc(0), Buffer.from([0, 255, 254, 0]), Buffer.from("\u0000\ud83d\ude00")])
      expect(isBelieved(scheme, sign(body, secret), body, secret)).toBe(true);
  });

  if (hasTime)
    it("is not believed when it was signed more than five minutes ago, or in the future", () => {
      for (const [seconds, expected] of [
        [SECONDS - 299, true],
        [SECONDS + 299, true],
        [SECONDS - 301, false],
        [SECONDS + 301, false],
      ] as const)
        expect(isBelieved(scheme, sign(BODY, secret, seconds), BODY, secret)).toBe(expected);
    });

  it("takes its kind of secret and no other", () => {
    expect(problemOfSecret(scheme, secret)).toBeNull();
    for (const wrong of ["", "short", "with\u0000nul-inside"]) expect(problemOfSecret(scheme, wrong)).not.toBeNull();
  });
});

describe("verifyWebhook", () => {
  it("has a case here for every scheme", () => {
    expect([...Object.keys(cases), "NONE"].toSorted()).toEqual([...WEBHOOK_SCHEMES].toSorted());
  });

  it("reads the sender's id and topic where each scheme has them", () => {
    const wordsOf = (scheme: WebhookScheme, headers: Record<string, string>, body = BODY) =>
      readSendersWords(scheme, { headers, body });
    expect(
      wordsOf("SHOPIFY", {
        "x-shopify-webhook-id": "w",
        "x-shopify-event-id": "e",
        "x-shopify-topic": "orders/create",
      }),
    ).toEqual({ eventId: "w", topic: "orders/create" });
    expect(wordsOf("WOOCOMMERCE", { "x-wc-webhook-delivery-id": "7", "x-wc-webhook-topic": "order.updated" })).toEqual({
      eventId: "7",
      topic: "order.updated",
    });
    expect(wordsOf("GITHUB", { "x-github-delivery": "g", "x-github-event": "push" })).toEqual({
      eventId: "g",
      topic: "push",
    });
    expect(wordsOf("STANDARD_WEBHOOKS", { "svix-id": "s" })).toEqual({ eventId: "s", topic: null });
    expect(wordsOf("STRIPE", {})).toEqual({ eventId: "evt_1", topic: "a.b" });
    for (const body of ["", "{", "[]", "null", '{"id":7,"object":"event"}', '{"id":"x"}', "[".repeat(100_000)])
      expect(wordsOf("STRIPE", {}, Buffer.from(body))).toEqual({ eventId: null, topic: null });
  });

  it("believes a batch of Adyen only where each item is signed", () => {
    const { secret } = cases.ADYEN;
    const item = (pspReference: string, isSigned: boolean) => {
      const text = `${pspReference}::Acme:TestPayment-1407325143704:1130:EUR:AUTHORISATION:true`;
      const signature = hmac(Buffer.from(secret, "hex"), text, "base64");
      return {
        NotificationRequestItem: {
          pspReference,
          merchantAccountCode: "Acme",
          merchantReference: "TestPayment-1407325143704",
          amount: { value: 1130, currency: "EUR" },
          eventCode: "AUTHORISATION",
          success: "true",
          additionalData: { hmacSignature: isSigned ? signature : signature.replace(/^./, "?") },
        },
      };
    };
    const batch = (...items: object[]) => Buffer.from(JSON.stringify({ live: "false", notificationItems: items }));
    expect(isBelieved("ADYEN", {}, batch(item("a", true), item("b", true)), secret)).toBe(true);
    expect(isBelieved("ADYEN", {}, batch(item("a", true), item("b", false)), secret)).toBe(false);
    expect(isBelieved("ADYEN", {}, batch(), secret)).toBe(false);
  });
});

const VECTORS = fileURLToPath(new URL("../../../../../shared/data/standard-webhooks-vectors.json", import.meta.url));
const hasVectors = existsSync(VECTORS);
if (!hasVectors) process.stderr.write(`skipped: the vectors of Standard Webhooks are not at ${VECTORS}\n`);

(hasVectors || process.env["CI"] === "true" ? describe : describe.skip)("the vectors of Standard Webhooks", () => {
  it("are believed, byte by byte", () => {
    const { sign } = JSON.parse(readFileSync(VECTORS, "utf8")) as { sign: Vector[] };
    for (const { id, secret, msg_id: message, timestamp, payload, signature } of sign) {
      const headers = { "webhook-id": message, "webhook-timestamp": String(timestamp), "webhook-signature": signature };
      const now = new Date(timestamp * 1_000);
      const verify = (body: string) => () =>
        verifyWebhook("STANDARD_WEBHOOKS", { headers, body: Buffer.from(body) }, [secret], now);
      expect([id, verify(payload)()]).toEqual([id, undefined]);
      expect(verify(`${payload} `)).toThrow(UnverifiedWebhook);
    }
    expect(sign.length).toBeGreaterThan(3);
  });
});

interface Vector {
  readonly id: string;
  readonly secret: string;
  readonly msg_id: string;
  readonly timestamp: number;
  readonly payload: string;
  readonly signature: string;
}
