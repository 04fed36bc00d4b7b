import type { Clock } from "@drumline/core/clock";
import { DrumlineError } from "@drumline/core/errors";
import type { JsonObject } from "@drumline/core/task";
import { type Database, isDataError, type Transaction } from "@drumline/db";
import { z } from "zod";

import { CANCELLATIONS_SOURCE, countTaken, upsertCancellationPlans } from "../cancellations/upsert-plans.ts";
import { toRefusalText } from "@drumline/db";
import { type IncomingWebhook, type Reception, receiveWebhook } from "@drumline/events/inbox";
import { parseCancellationPlan } from "../gateways/omnitron/parse-cancellation-plan.ts";
import { parseOrder } from "../gateways/omnitron/parse-order.ts";
import { readRecord } from "../gateways/omnitron/read-record.ts";
import { ORDERS_SOURCE, upsertOrders } from "../orders/upsert-orders.ts";

/** What Omnitron's webhooks look like, whatever they are about. */
export const omnitronWebhookSchema = z
  .object({
    event: z.object({ type: z.string().min(1).max(200), uuid: z.string().min(1).max(200) }),
    payload: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "OmnitronWebhook" });

export type OmnitronWebhook = z.output<typeof omnitronWebhookSchema>;

/** The payload is not what it should be; the sender may correct it and send it again under the same event id. */
export class UnusableWebhook extends DrumlineError {
  constructor(source: string, problem: string, cause?: unknown) {
    super(`a webhook for ${source} cannot be used: ${problem}. It is on record; nothing of it was taken in.`, {
      code: "UNUSABLE_WEBHOOK",
      cause,
    });
  }
}

export interface Received {
  /** This event was taken in before. */
  readonly duplicate: boolean;
  /** Whether it changed anything. */
  readonly changed: boolean;
}

type Headers = IncomingWebhook["headers"];

/** Takes an order in at once, as the pull would. Throws `UnusableWebhook` or `UnstorableWebhook`. */
export async function receiveOrder(
  db: Database,
  body: OmnitronWebhook,
  headers: Headers,
  clock: Clock,
): Promise<Received> {
  const now = clock.now();
  const outcome = await receiveRecord(db, toIncoming(ORDERS_SOURCE, body, headers), now, async (tx) => {
    const record = readRecord(body.payload as JsonObject, parseOrder);
    if (!record.ok) throw new UnusableWebhook(ORDERS_SOURCE, record.error);
    const { plan } = await upsertOrders(tx, [record], now, { byWebhook: true });
    const clash = plan.problems.find(({ code }) => code.endsWith("CLASH"));
    if (clash !== undefined) throw new UnusableWebhook(ORDERS_SOURCE, `${clash.code}: ${clash.error}`);
    return plan.created.length + plan.changed.length > 0;
  });
  return toReceived(outcome);
}

/** Takes a cancellation plan in at once; `process_cancellation_plans` carries it out. Throws as `receiveOrder` does. */
export async function receiveCancellationPlan(
  db: Database,
  body: OmnitronWebhook,
  headers: Headers,
  clock: Clock,
): Promise<Received> {
  const now = clock.now();
  const outcome = await receiveRecord(db, toIncoming(CANCELLATIONS_SOURCE, body, headers), now, async (tx) => {
    const record = readRecord(body.payload as JsonObject, parseCancellationPlan);
    if (!record.ok) throw new UnusableWebhook(CANCELLATIONS_SOURCE, record.error);
    return countTaken((await upsertCancellationPlans(tx, [record], now, { byWebhook: true })).changes) > 0;
  });
  return toReceived(outcome);
}

/** What the database refuses for its data is the sender's mistake as well, if one that no check has seen coming. */
function receiveRecord(
  db: Database,
  webhook: IncomingWebhook,
  at: Date,
  work: (tx: Transaction) => Promise<boolean>,
): Promise<Reception<boolean>> {
  return receiveWebhook(db, webhook, at, async (tx) => {
    try {
      return await work(tx);
    } catch (error) {
      if (!isDataError(error)) throw error;
      throw new UnusableWebhook(webhook.source, `it cannot be stored: ${toRefusalText(error)}`, error);
    }
  });
}

const toReceived = (outcome: Reception<boolean>): Received =>
  outcome.duplicate ? { duplicate: true, changed: false } : { duplicate: false, changed: outcome.value };

const toIncoming = (source: string, body: OmnitronWebhook, headers: Headers): IncomingWebhook => ({
  source,
  eventUuid: body.event.uuid,
  headers,
  // JSON, since it was read from JSON.
  body: body as JsonObject,
});
