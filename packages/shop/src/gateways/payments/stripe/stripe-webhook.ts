import { SECOND_MS } from "@drumline/core/clock";
import { z } from "zod";

import { providerId, readSignedEvent, textOfWebhook } from "../answer-fields.ts";
import { BadSignature } from "../errors.ts";
import type { PaymentHint } from "../port.ts";
import { isSignedBy } from "../signatures.ts";

const PROVIDER = "Stripe";
/** Older ones may be somebody's who listened. */
const TOLERANCE_MS = 300 * SECOND_MS;

const INTENT_ID = /^pi_\w{1,100}$/;

const eventSchema = z.object({
  object: z.literal("event"),
  id: providerId,
  type: z.string().max(200),
  data: z.object({
    object: z.looseObject({ object: z.string(), id: z.unknown().optional(), payment_intent: z.unknown().optional() }),
  }),
});

/**
 * A signed event of a payment, or of a charge, refund or dispute of one. It holds the whole object, which may be older than
 * now, and events come in any order: it is a reason to ask.
 */
export function parseStripeWebhook(
  rawBody: Buffer,
  headers: Readonly<Record<string, string | undefined>>,
  { secrets, now }: { readonly secrets: readonly string[]; readonly now: Date },
): readonly PaymentHint[] {
  const text = textOfWebhook(rawBody, PROVIDER);
  checkSignature(rawBody, headers["stripe-signature"], secrets, now);
  const event = readSignedEvent(eventSchema, text, PROVIDER);
  const { object, id, payment_intent: intent } = event.data.object;
  const payment = object === "payment_intent" ? id : typeof intent === "string" ? intent : Object(intent).id;
  // Setups, payouts, subscriptions, charges without an intent.
  if (typeof payment !== "string" || !INTENT_ID.test(payment)) return [];
  return [{ providerId: payment, eventId: event.id, observed: null }];
}

function checkSignature(rawBody: Buffer, header: string | undefined, secrets: readonly string[], now: Date): void {
  if (header === undefined) throw new BadSignature(PROVIDER, "it has no Stripe-Signature");
  if (secrets.length === 0)
    throw new BadSignature(PROVIDER, "no secret is known to check it with. Set STRIPE_WEBHOOK_SECRETS");
  const parts = header.split(",").map((part) => part.split("=", 2));
  const time = parts.find(([name]) => name === "t")?.[1] ?? "";
  // v0 is of another scheme, which anybody could have made.
  const signatures = parts.flatMap(([name, value]) => (name === "v1" && value !== undefined ? [value] : []));
  if (!/^\d{1,12}$/.test(time) || signatures.length === 0)
    throw new BadSignature(PROVIDER, "Stripe-Signature is not t=…,v1=…");
  const signed = Buffer.concat([Buffer.from(`${time}.`), rawBody]);
  if (!isSignedBy(secrets, signed, { signatures, encoding: "hex" }))
    throw new BadSignature(PROVIDER, "Stripe-Signature fits none of STRIPE_WEBHOOK_SECRETS");
  const ageMs = now.getTime() - Number(time) * SECOND_MS;
  if (Math.abs(ageMs) > TOLERANCE_MS)
    throw new BadSignature(
      PROVIDER,
      `it was signed ${Math.round(ageMs / SECOND_MS)} s ago, and at most ${TOLERANCE_MS / SECOND_MS} s are believed. ` +
        "If that lasts, set this machine's clock",
    );
}
