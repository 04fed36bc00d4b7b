import { SECOND_MS } from "@drumline/core/clock";
import type { TaskContext, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import { deliverDue } from "../deliveries/deliver-due.ts";
import type { DeliveryGateways } from "../deliveries/delivery.ts";
import type { DeliverySettings } from "../deliveries/settings.ts";
import { dispatchAll } from "./dispatch-all.ts";
import { countWaitingEvents, findWaitingEvents } from "./dispatch-events.sql.ts";

const MOST_LISTED = 100;
/** After this nobody is about to dispatch an event any more: dj-whisperer's own default. */
const FORGOTTEN_AFTER_SECONDS = 360;

interface TriggerGateways extends DeliveryGateways {
  readonly settings: DeliveryGateways["settings"] & Pick<DeliverySettings, "eventQueueDelaySeconds">;
}

/**
 * OMS guide, task 16: dispatches events that have lain untouched for WHISPERER_EVENT_QUEUE_DELAY_SECOND, and attempts the
 * deliveries that no receiver has answered, those of a worker that died among them. What failed is task 10's.
 */
export async function triggerEventQueueEvents(
  context: TaskContext<object, TriggerGateways, Database>,
): Promise<TaskResult> {
  const { db, clock, limit, gateways } = context;
  const delaySeconds = gateways.settings.eventQueueDelaySeconds ?? FORGOTTEN_AFTER_SECONDS;
  const untouchedSince = new Date(clock.now().getTime() - delaySeconds * SECOND_MS);
  if (context.dryRun) {
    const events = await findWaitingEvents(db, untouchedSince, Math.min(MOST_LISTED, limit ?? Infinity));
    return {
      events: await countWaitingEvents(db, untouchedSince),
      wouldDispatch: events.map(({ id, eventType, webhooks }) => ({ id, eventType, webhooks })),
    };
  }
  const { events, deliveries } = await dispatchAll(context, { untouchedSince, ...(limit === null ? {} : { limit }) });
  context.progress(events);
  const scope = "unanswered";
  return { events, deliveries, ...(await deliverDue(context, limit === null ? { scope } : { scope, limit })) };
}
