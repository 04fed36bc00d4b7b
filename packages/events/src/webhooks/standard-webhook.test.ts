import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "@jest/globals";

import {
  InvalidWebhookSecret,
  InvalidWebhookTimestamp,
  signStandardWebhook,
  UnverifiedWebhook,
  verifyStandardWebhook,
} from "./standard-webhook.ts";

const FILE = fileURLToPath(new URL("../../../../../shared/data/standard-webhooks-vectors.json", import.meta.url));
const isThere = existsSync(FILE);
if (!isThere) process.stderr.write(`skipped: the vectors of Standard Webhooks are not at ${FILE}\n`);

interface Vectors {
  readonly sign: readonly {
    id: string;
    secret: string;
    msg_id: string;
    timestamp: number;
    payload: string;
    signature: string;
  }[];
  readonly verify: {
    readonly vectors: readonly {
      id: string;
      headers: Record<string, string>;
      now: number;
      payload?: string;
      ok: boolean;
    }[];
  };
  readonly bad_secrets: readonly { secret: string }[];
  readonly bad_sign_timestamps: readonly { timestamp: string }[];
  readonly header_parse_example: { value: string };
}

(isThere || process.env["CI"] === "true" ? describe : describe.skip)("the vectors of Standard Webhooks", () => {
  const vectors: Vectors = isThere
    ? JSON.parse(readFileSync(FILE, "utf8"))
    : { sign: [], verify: { vectors: [] }, bad_secrets: [], bad_sign_timestamps: [] };
  const [first] = vectors.sign;

  it("are all there", () => {
    expect([vectors.sign.length, vectors.verify.vectors.length]).toEqual([6, 15]);
  });

  it.each(vectors.sign.map((vector) => [vector.id, vector] as const))("%s is signed as stated", (_, vector) => {
    const message = { id: vector.msg_id, timestamp: new Date(vector.timestamp * 1_000), body: vector.payload };
    const headers = signStandardWebhook(message, [vector.secret]);
    expect(headers).toEqual({
      "webhook-id": vector.msg_id,
      "webhook-timestamp": String(vector.timestamp),
      "webhook-signature": vector.signature,
    });
    expect(verifyStandardWebhook({ ...headers }, vector.payload, [vector.secret], message.timestamp)).toEqual(message);
  });

  it.each(vectors.verify.vectors.map((vector) => [vector.id, vector.ok, vector] as const))(
    "%s is believed: %s",
    (_, ok, { headers, payload = first!.payload, now }) => {
      const verify = () => verifyStandardWebhook(headers, payload, [first!.secret], new Date(now * 1_000));
      if (ok) expect(verify().id).toBe(headers["webhook-id"]);
      else expect(verify).toThrow(UnverifiedWebhook);
    },
  );

  it.each(vectors.bad_secrets.map(({ secret }) => [secret]))("the secret %j is refused", (secret) => {
    const message = { id: "m", timestamp: new Date(), body: "{}" };
    expect(() => signStandardWebhook(message, [secret])).toThrow(InvalidWebhookSecret);
  });

  it.each(vectors.bad_sign_timestamps.map(({ timestamp }) => [timestamp]))(
    "the timestamp %j is neither signed nor believed",
    (timestamp) => {
      const message = { id: "m", timestamp: new Date(Number(timestamp.replace(/\..*/, "")) * 1_000), body: "{}" };
      if (!/^\d+\./.test(timestamp))
        expect(() => signStandardWebhook(message, [first!.secret])).toThrow(InvalidWebhookTimestamp);
      const headers = { "webhook-id": "m", "webhook-timestamp": timestamp, "webhook-signature": "v1,AAAA" };
      expect(() => verifyStandardWebhook(headers, "{}", [first!.secret], new Date(1614265330_000))).toThrow(
        UnverifiedWebhook,
      );
    },
  );

  it("the example header is read as a list whose unknown versions are passed over", () => {
    const headers = {
      "webhook-id": "m",
      "webhook-timestamp": "1614265330",
      "webhook-signature": vectors.header_parse_example.value,
    };
    expect(() => verifyStandardWebhook(headers, "{}", [first!.secret], new Date(1614265330_000))).toThrow(
      "no signature matches",
    );
  });
});

describe("rotation", () => {
  const [older, newer, strange] = [
    "b2xkZXItc2VjcmV0LW9mLTI0LWJ5dGVz",
    "bmV3ZXItc2VjcmV0LW9mLTI0LWJ5dGVz",
    "c3RyYW5nZQ==",
  ];
  const message = { id: "m", timestamp: new Date(1614265330_000), body: "{}" };
  const headers = { ...signStandardWebhook(message, [`whsec_${newer}`, `whsec_${older}`]) };

  it("signs with each secret, the newest first", () => {
    const [first, second] = headers["webhook-signature"].split(" ");
    expect(first).toBe(signStandardWebhook(message, [newer])["webhook-signature"]);
    expect(second).toBe(signStandardWebhook(message, [older])["webhook-signature"]);
  });

  it.each([
    ["the older", [older], true],
    ["the newer", [newer], true],
    ["both", [older, newer], true],
    ["another", [strange], false],
  ])("is believed by a receiver that knows %s", (_, secrets, ok) => {
    const verify = () => verifyStandardWebhook(headers, "{}", secrets, message.timestamp);
    if (ok) expect(verify().id).toBe("m");
    else expect(verify).toThrow(UnverifiedWebhook);
  });

  it.each(["not base64!", "whsec_a-b_c", "", "whsec_"])(
    "refuses to sign with %j and says how to make a secret",
    (secret) => {
      expect(() => signStandardWebhook(message, [secret])).toThrow("openssl rand -base64 32");
    },
  );
});
