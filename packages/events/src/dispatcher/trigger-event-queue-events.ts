import type { TaskResult } from "@drumline/core/task";

import { deliverDue } from "../deliveries/deliver-due.ts";
import { type DeliveryContext, partsOf } from "../deliveries/delivery-parts.ts";
import { dispatchAll } from "./dispatch-all.ts";
import { countWaitingEvents, findWaitingEvents } from "./dispatch-events.sql.ts";

const MOST_LISTED = 100;

/**
 * The safety net of OMS guide, task 16: dispatches events that have lain untouched for WHISPERER_EVENT_QUEUE_DELAY_SECOND,
 * which nobody did when they were fresh, and attempts what is due, deliveries of a worker that died among it.
 */
export async function triggerEventQueueEvents(context: DeliveryContext): Promise<TaskResult> {
  const { db, clock, limit, gateways } = context;
  const { eventQueueDelayMs } = gateways.settings.delivery;
  const untouchedSince = new Date(clock.now().getTime() - eventQueueDelayMs);
  if (context.dryRun) {
    const events = await findWaitingEvents(db, untouchedSince, Math.min(MOST_LISTED, limit ?? Infinity));
    return {
      events: await countWaitingEvents(db, untouchedSince),
      wouldDispatch: events.map(({ id, eventType, webhooks }) => ({ id, eventType, webhooks })),
    };
  }
  const parts = partsOf(context);
  const { events, deliveries } = await dispatchAll(parts, { untouchedSince, ...(limit === null ? {} : { limit }) });
  context.progress(events);
  return { events, deliveries, ...(await deliverDue(parts, limit === null ? {} : { limit })) };
}
