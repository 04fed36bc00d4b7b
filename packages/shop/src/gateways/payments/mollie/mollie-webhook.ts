import { isSignedBy } from "@drumline/events/signatures";
import { z } from "zod";

import { providerId, readSignedEvent, textOfWebhook } from "../answer-fields.ts";
import { BadSignature, UnreadableWebhook } from "../errors.ts";
import type { PaymentHint } from "../port.ts";

const PROVIDER = "Mollie";
const SIGNATURE = "x-mollie-signature";
/** `id=tr_…` and nothing else. */
const MOST_CLASSIC_BYTES = 1_024;

const PAYMENT_ID = /^tr_[A-Za-z0-9]{1,64}$/;
/** Orders, payment links, subscriptions and what else is called back about. */
const OTHER_ID = /^[a-z]{2,5}_[A-Za-z0-9.]{1,64}$/;

const eventSchema = z.object({
  resource: z.literal("event"),
  id: providerId,
  type: z.string().max(200),
  entityId: z.string().max(200).nullish(),
  _embedded: z
    .object({ entity: z.object({ id: z.string().max(200).nullish(), paymentId: z.string().max(200).nullish() }) })
    .nullish()
    .catch(null),
});

/** Where an event is about a payment, its refund, its chargeback or its capture. */
const ABOUT_PAYMENTS = /^(payment|refund|chargeback|capture)\./;

/**
 * Both kinds of Mollie's calls: the classic form with an id, which nobody signed and which so is a reason to ask and no
 * more, and the JSON of the next generation, which must be signed with one of the secrets.
 */
export function parseMollieWebhook(
  rawBody: Buffer,
  headers: Readonly<Record<string, string | undefined>>,
  secrets: readonly string[],
): readonly PaymentHint[] {
  const signature = headers[SIGNATURE];
  if (signature !== undefined) return parseEvent(rawBody, signature, secrets);
  if (headers["content-type"]?.includes("json") === true)
    throw new BadSignature(PROVIDER, "it is JSON without X-Mollie-Signature");
  return parseClassic(textOfWebhook(rawBody, PROVIDER, MOST_CLASSIC_BYTES));
}

function parseClassic(text: string): readonly PaymentHint[] {
  const ids = new URLSearchParams(text).getAll("id");
  const [id = ""] = ids;
  if (ids.length === 1 && PAYMENT_ID.test(id)) return [{ providerId: id, eventId: null, observed: null }];
  if (ids.length === 1 && !id.startsWith("tr_") && OTHER_ID.test(id)) return [];
  const got = ids.length === 0 ? "no id" : ids.length > 1 ? `${ids.length} ids` : "an id that is none of Mollie's";
  throw new UnreadableWebhook(PROVIDER, `expected the form id=tr_…, got ${got}`);
}

function parseEvent(rawBody: Buffer, signature: string, secrets: readonly string[]): readonly PaymentHint[] {
  const text = textOfWebhook(rawBody, PROVIDER);
  if (secrets.length === 0)
    throw new BadSignature(PROVIDER, "no secret is known to check it with. Set MOLLIE_WEBHOOK_SECRETS");
  const signatures = signature.split(",").map((one) => one.trim().replace(/^sha256=/, ""));
  if (!isSignedBy(secrets, rawBody, { signatures, encoding: "hex" }))
    throw new BadSignature(PROVIDER, "X-Mollie-Signature fits none of MOLLIE_WEBHOOK_SECRETS");
  const event = readSignedEvent(eventSchema, text, PROVIDER);
  if (!ABOUT_PAYMENTS.test(event.type)) return [];
  const id = [event.entityId, event._embedded?.entity.paymentId, event._embedded?.entity.id].find((one) =>
    PAYMENT_ID.test(one ?? ""),
  );
  if (id !== undefined && id !== null) return [{ providerId: id, eventId: event.id, observed: null }];
  throw new UnreadableWebhook(PROVIDER, `event ${event.id} (${event.type}) names no payment`);
}
