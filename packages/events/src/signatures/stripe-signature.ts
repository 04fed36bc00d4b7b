import { SECOND_MS } from "@drumline/core/clock";

import { UnverifiedWebhook } from "../webhooks/index.ts";
import { isSignedBy } from "./is-signed-by.ts";

/** Older ones may be somebody's who listened. */
const TOLERANCE_MS = 300 * SECOND_MS;

/** The header Stripe-Signature: `t=<seconds>,v1=<hex>`, of the time and the bytes. Throws `UnverifiedWebhook`. */
export function verifyStripe(header: string | undefined, body: Buffer, secrets: readonly string[], now: Date): void {
  if (header === undefined) throw new UnverifiedWebhook("it has no Stripe-Signature");
  const parts = header.split(",").map((part) => part.split("=", 2));
  const time = parts.find(([name]) => name === "t")?.[1] ?? "";
  // v0 is of another scheme, which anybody could have made.
  const signatures = parts.flatMap(([name, value]) => (name === "v1" && value !== undefined ? [value] : []));
  if (!/^\d{1,12}$/.test(time) || signatures.length === 0)
    throw new UnverifiedWebhook("Stripe-Signature is not t=…,v1=…");
  const signed = Buffer.concat([Buffer.from(`${time}.`), body]);
  if (!isSignedBy(secrets, signed, { signatures, encoding: "hex" }))
    throw new UnverifiedWebhook("Stripe-Signature fits none of the secrets");
  const ageMs = now.getTime() - Number(time) * SECOND_MS;
  if (Math.abs(ageMs) > TOLERANCE_MS)
    throw new UnverifiedWebhook(
      `it was signed ${Math.round(ageMs / SECOND_MS)} s ago, and at most ${TOLERANCE_MS / SECOND_MS} s are believed. ` +
        "If that lasts, set this machine's clock",
    );
}
