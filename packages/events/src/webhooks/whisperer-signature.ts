import { createHmac, timingSafeEqual } from "node:crypto";

/** The headers of the Whisperer, in lower case. */
export interface WhispererHeaders {
  readonly "x-whisperer-event": string;
  readonly "x-whisperer-signature"?: string;
}

/** Headers of the original Whisperer: the key is the secret's text as it stands, `whsec_` included. */
export function signWhisperer(eventType: string, body: string, secret: string | null): WhispererHeaders {
  return {
    "x-whisperer-event": eventType,
    ...(secret === null ? {} : { "x-whisperer-signature": signatureOf(body, secret) }),
  };
}

/** Whether the secret's owner signed this body; compared in constant time. */
export function isWhispererSignature(given: string, body: string, secret: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(signatureOf(body, secret))];
  return left.length === right.length && timingSafeEqual(left, right);
}

const signatureOf = (body: string, secret: string): string =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
