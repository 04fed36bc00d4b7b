import { withoutSecrets } from "@drumline/audit/audit-events";
import { DrumlineError } from "@drumline/core/errors";
import type { JsonValue } from "@drumline/core/task";
import { findUnstorable } from "@drumline/core/text";
import { type Database, toErrorText, type Transaction } from "@drumline/db";

import {
  failWebhookRequest,
  finishWebhookRequests,
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

/** A first arrival with what its work gave, or a repetition that did nothing. */
export type Reception<Value> = { readonly duplicate: true } | { readonly duplicate: false; readonly value: Value };

/** A body or id PostgreSQL cannot keep, or too deep: the sender's mistake, to be answered with 400. */
export class UnstorableWebhook extends DrumlineError {
  constructor(source: string, where: string, problem: string) {
    super(
      `a webhook for ${source} holds what cannot be stored: ${where} ${problem}. Send valid Unicode, and flatter.`,
      {
        code: "UNSTORABLE_WEBHOOK",
      },
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
  const { source, eventUuid, body } = webhook;
  const unstorable = findUnstorable({ event_uuid: eventUuid, body });
  if (unstorable !== null) throw new UnstorableWebhook(source, unstorable.path, unstorable.problem);
  const id = await saveWebhookRequest(db, {
    source,
    eventUuid,
    headers: withoutSecrets({ ...webhook.headers }),
    body: withoutSecrets(body),
    at,
  });
  try {
    return await db.$transaction(async (tx) => {
      if ((await lockWebhookRequest(tx, id)) === "DONE") return { duplicate: true };
      const value = await work(tx);
      await finishWebhookRequests(tx, [id], at);
      return { duplicate: false, value };
    });
  } catch (error) {
    await failWebhookRequest(db, id, toErrorText(error), at);
    throw error;
  }
}
