import { createVerify, X509Certificate } from "node:crypto";

import { DrumlineError } from "@drumline/core/errors";
import { z } from "zod";

/** Nobody who may: a foreign topic, a signature that is none. Sent again it is refused again. */
export class SnsRefused extends DrumlineError {
  constructor(problem: string, options: { cause?: unknown } = {}) {
    super(problem, { code: "SNS_REFUSED", ...options });
  }
}

const text = z.string().max(262_144);
const signed = {
  MessageId: z.string().min(1).max(200),
  TopicArn: z.string().min(1).max(300),
  Message: text,
  Timestamp: z.string().max(64),
  SignatureVersion: z.enum(["1", "2"]),
  Signature: z.string().min(1).max(2_000),
  SigningCertURL: z.string().max(2_000),
};

const schema = z.discriminatedUnion("Type", [
  z.object({ Type: z.literal("Notification"), Subject: z.string().max(1_000).nullish(), ...signed }),
  z.object({
    Type: z.literal("SubscriptionConfirmation"),
    Token: text,
    SubscribeURL: z.string().max(2_000),
    ...signed,
  }),
  z.object({ Type: z.literal("UnsubscribeConfirmation"), Token: text, SubscribeURL: z.string().max(2_000), ...signed }),
]);

/** As Amazon SNS posts it to an HTTPS subscriber. */
export type SnsMessage = z.infer<typeof schema>;

/** @throws {SnsRefused} naming the field */
export function parseSnsMessage(body: unknown): SnsMessage {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SnsRefused(`This is no message of SNS: ${issue?.path.join(".") || "body"}: ${issue?.message}.`);
}

/** An address that Amazon alone answers; whoever signs may name any. @throws {SnsRefused} */
export function checkSnsUrl(name: string, raw: string): URL {
  const url = URL.canParse(raw) ? new URL(raw) : null;
  const isAmazon =
    url !== null &&
    url.protocol === "https:" &&
    url.port === "" &&
    url.username === "" &&
    url.password === "" &&
    /^sns\.[a-z]{2}(?:-[a-z]+)+-\d+\.amazonaws\.com(?:\.cn)?$/.test(url.hostname);
  if (isAmazon) return url;
  throw new SnsRefused(`${name} is not of SNS; expected https://sns.<region>.amazonaws.com/….`);
}

/** @throws {SnsRefused} where the certificate is not good at this time, or the signature is not by it */
export function checkSignature(message: SnsMessage, certificatePem: string, now: Date): void {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(certificatePem);
  } catch (cause) {
    throw new SnsRefused("What SigningCertURL names is no certificate.", { cause });
  }
  if (now < new Date(certificate.validFrom) || now > new Date(certificate.validTo))
    throw new SnsRefused(`The certificate is good from ${certificate.validFrom} to ${certificate.validTo} only.`);
  const verify = createVerify(message.SignatureVersion === "1" ? "RSA-SHA1" : "RSA-SHA256");
  if (!verify.update(toSignedText(message), "utf8").verify(certificate.publicKey, message.Signature, "base64"))
    throw new SnsRefused("The signature is not by the certificate.");
}

/** Names and values in the order of the alphabet, a line each; which ones, depends on the type. */
export function toSignedText(message: SnsMessage): string {
  const { Message, MessageId, Timestamp, TopicArn, Type } = message;
  const fields =
    message.Type === "Notification"
      ? { Message, MessageId, Subject: message.Subject ?? undefined, Timestamp, TopicArn, Type }
      : { Message, MessageId, SubscribeURL: message.SubscribeURL, Timestamp, Token: message.Token, TopicArn, Type };
  return Object.entries(fields)
    .map(([name, value]) => (value === undefined ? "" : `${name}\n${value}\n`))
    .join("");
}
