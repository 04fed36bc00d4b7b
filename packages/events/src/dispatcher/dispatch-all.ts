import type { DeliveryContext } from "../deliveries/delivery.ts";
import { endExpiredSubscriptions } from "../deliveries/save-attempts.sql.ts";
import { type Dispatched, dispatchEvents } from "./dispatch-events.sql.ts";

const BATCH_SIZE = 1_000;

/** Dispatches waiting events batch by batch, until none is left or `limit` is reached. */
export async function dispatchAll(
  { db, clock, signal }: Pick<DeliveryContext, "db" | "clock" | "signal">,
  { untouchedSince, limit = Infinity }: { untouchedSince: Date | null; limit?: number },
): Promise<Dispatched> {
  let events = 0;
  let deliveries = 0;
  await endExpiredSubscriptions(db, clock.now());
  for (;;) {
    signal.throwIfAborted();
    const room = Math.min(BATCH_SIZE, limit - events);
    if (room <= 0) return { events, deliveries };
    const batch = await dispatchEvents(db, { untouchedSince, now: clock.now(), limit: room });
    events += batch.events;
    deliveries += batch.deliveries;
    if (batch.events < room) return { events, deliveries };
  }
}
