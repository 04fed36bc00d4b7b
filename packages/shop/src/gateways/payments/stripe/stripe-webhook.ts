import { verifyStripe } from "@drumline/events/signatures";
import { UnverifiedWebhook } from "@drumline/events/webhooks";
import { z } from "zod";

import { providerId, readSignedEvent, textOfWebhook } from "../answer-fields.ts";
import { BadSignature } from "../errors.ts";
import type { PaymentHint } from "../port.ts";

const PROVIDER = "Stripe";
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
  if (secrets.length === 0)
    throw new BadSignature(PROVIDER, "no secret is known to check it with. Set STRIPE_WEBHOOK_SECRETS");
  try {
    verifyStripe(header, rawBody, secrets, now);
  } catch (error) {
    if (!(error instanceof UnverifiedWebhook)) throw error;
    throw new BadSignature(PROVIDER, `${error.problem} (STRIPE_WEBHOOK_SECRETS)`);
  }
}
