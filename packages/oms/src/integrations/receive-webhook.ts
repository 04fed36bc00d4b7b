import { DrumlineError, messageOf } from "@drumline/core/errors";
import type { JsonValue } from "@drumline/core/task";
import type { Database, Transaction } from "@drumline/db";

import { withoutSecrets } from "../audit-events/without-secrets.ts";
import { isStorable } from "../wire-kinds.ts";
import {
  failWebhookRequest,
  finishWebhookRequest,
  lockWebhookRequest,
  saveWebhookRequest,
} from "./webhook-request.sql.ts";

/** A webhook as it came in. */
export interface IncomingWebhook {
  /** Which of our endpoints it came to, such as `omnitron.orders`. */
  readonly source: string;
  /** The sender's id of the event; with `source` it makes a second arrival a no-op. */
  readonly eventUuid: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: JsonValue;
}

export type Reception<Value> = { readonly duplicate: true } | { readonly duplicate: false; readonly value: Value };

/** A body or id Postgres cannot keep (a NUL, half a surrogate pair): the sender's mistake, to be answered with 400. */
export class UnstorableWebhook extends DrumlineError {
  constructor(source: string) {
    super(
      `a webhook for ${source} holds text that cannot be stored: a NUL character or half of a surrogate pair. Send valid Unicode.`,
      { code: "UNSTORABLE_WEBHOOK" },
    );
  }
}

/**
 * Does `work` once per event id, however often and from however many senders at once it arrives. The request is on
 * record before anything is done; `work` and its mark DONE are one transaction. When it throws, the request is FAILED
 * with the reason, the error goes on to the caller, and the sender's next attempt does the work again. Secrets in
 * headers and body are not kept. Throws `UnstorableWebhook`.
 */
export async function receiveWebhook<Value>(
  db: Database,
  webhook: IncomingWebhook,
  at: Date,
  work: (tx: Transaction) => Promise<Value>,
): Promise<Reception<Value>> {
  if (!isStorable([webhook.source, webhook.eventUuid, webhook.body])) throw new UnstorableWebhook(webhook.source);
  const id = await saveWebhookRequest(db, {
    source: webhook.source,
    eventUuid: webhook.eventUuid,
    headers: withoutSecrets({ ...webhook.headers }),
    body: withoutSecrets(webhook.body),
    at,
  });
  try {
    return await db.$transaction(async (tx) => {
      if ((await lockWebhookRequest(tx, id)) === "DONE") return { duplicate: true };
      const value = await work(tx);
      await finishWebhookRequest(tx, id, at);
      return { duplicate: false, value };
    });
  } catch (error) {
    await failWebhookRequest(db, id, messageOf(error), at);
    throw error;
  }
}
