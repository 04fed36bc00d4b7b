import { createHash } from "node:crypto";

import { withoutSecrets } from "@drumline/audit/audit-events";
import { DAY_MS } from "@drumline/core/clock";
import { toStorableText } from "@drumline/core/text";
import type { Database } from "@drumline/db";
import type { SecretBox } from "@drumline/outbound/secrets";

import { readSendersWords, type SignedRequest, verifyWebhook } from "../signatures/index.ts";
import { openSourceSecrets } from "../sources/index.ts";
import { UnverifiedWebhook } from "../webhooks/index.ts";
import { noteReceived, noteRefused, type ReceivingSource } from "./find-source.sql.ts";
import { storeWebhook } from "./store-webhook.sql.ts";

const LONGEST_ID = 255;
const LONGEST_TOPIC = 200;
/** A body without an id of its own is news again after this. */
const SAME_BODY_MS = DAY_MS;

/**
 * `sent`: the body as it came over the wire, where `body` is what was packed in it. Believes and keeps a webhook, to be handed on by a run. Nothing of it is read before its signature is.
 * @returns whether it is news; the same again does nothing
 * @throws {UnverifiedWebhook} with nothing kept but the reason
 * @throws {UnusableSecret} where the secrets of the source do not open here
 */
export async function receiveHook(
  db: Database,
  box: SecretBox,
  source: ReceivingSource,
  { sent, ...request }: SignedRequest & { readonly sent: Buffer },
  at: Date,
): Promise<boolean> {
  const secrets = openSourceSecrets(box, source.id, source.sealed);
  const verify = (body: Buffer) => verifyWebhook(source.scheme, { ...request, body }, secrets, at);
  try {
    try {
      verify(request.body);
    } catch (error) {
      // A sender may have signed what it packed, or how it packed it.
      if (sent === request.body) throw error;
      verify(sent);
    }
  } catch (error) {
    if (error instanceof UnverifiedWebhook) await noteRefused(db, source.id, error.problem, at);
    throw error;
  }
  const { eventId, topic } = readSendersWords(source.scheme, request);
  const hasId = eventId !== null && eventId.length <= LONGEST_ID;
  const isNews = await storeWebhook(
    db,
    {
      sourceId: source.id,
      source: source.name,
      eventUuid: hasId
        ? toStorableText(eventId, LONGEST_ID)
        : `sha256:${createHash("sha256").update(request.body).digest("hex")}`,
      newAfterMs: hasId ? null : SAME_BODY_MS,
      topic: topic === null ? null : toStorableText(topic, LONGEST_TOPIC),
      headers: withoutSecrets(request.headers),
      raw: request.body,
    },
    at,
  );
  await noteReceived(db, source.id, at);
  return isNews;
}
