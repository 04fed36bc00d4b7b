import { spawnSync } from "node:child_process";
import { createSign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type SnsMessage, toSignedText } from "../src/suppressions/sns-message.ts";

export const TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail-reports";
export const CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem";

export interface Signer {
  readonly key: string;
  readonly pem: string;
}

/** A certificate of our own, good from now for a day. */
export function makeCertificate(): Signer {
  const folder = mkdtempSync(join(tmpdir(), "sns-"));
  const [key, pem] = [join(folder, "key"), join(folder, "pem")];
  const subject = ["-nodes", "-days", "1", "-subj", "/CN=sns.amazonaws.com"];
  const args = ["req", "-x509", "-newkey", "rsa:2048", ...subject, "-keyout", key, "-out", pem];
  try {
    const { status, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`openssl: ${stderr}`);
    return { key: readFileSync(key, "utf8"), pem: readFileSync(pem, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Unsigned = Omit<SnsMessage, "Signature">;

export function sign(message: Unsigned, { key }: Signer): SnsMessage {
  const algorithm = message.SignatureVersion === "1" ? "RSA-SHA1" : "RSA-SHA256";
  const signer = createSign(algorithm).update(toSignedText(message as SnsMessage), "utf8");
  return { ...message, Signature: signer.sign(key, "base64") } as SnsMessage;
}

export const notification = (more: object = {}) =>
  ({
    Type: "Notification",
    MessageId: "m-1",
    TopicArn: TOPIC,
    Subject: "Amazon SES",
    Message: "{}",
    Timestamp: "2026-11-20T12:00:00.000Z",
    SignatureVersion: "2",
    SigningCertURL: CERTIFICATE,
    ...more,
  }) as Unsigned;

export const confirmation = (SubscribeURL: string): Unsigned =>
  notification({ Type: "SubscriptionConfirmation", Token: "t", SubscribeURL });
