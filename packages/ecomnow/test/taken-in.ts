import { type ManualClock, MINUTE_MS } from "@drumline/core/clock";

import type { ClientsUnderTest } from "./clients-under-test.ts";

/** A flow whose turn comes every second. */
export const SOON = { intervalSeconds: 1 };

/** What was taken in of clients' records and what still waits, and another run after a while. */
export function takenIn(clients: ClientsUnderTest) {
  return {
    again(clock: ManualClock, ms = MINUTE_MS) {
      clock.advance(ms);
      return clients.run("clients", { clock });
    },
    /** Of the orders. */
    numbers: async () =>
      (await clients.store.db.ecomnowOrder.findMany({ orderBy: { id: "asc" } })).map(({ number }) => number),
    /** Their numbers. */
    refunds: async () =>
      (await clients.store.db.ecomnowRefund.findMany({ orderBy: { number: "asc" } })).map(({ number }) => number),
    waiting: () =>
      clients.store.db.ecomnowWaitingRecord.findMany({
        orderBy: { id: "asc" },
        omit: { id: true, endpointId: true },
      }),
  };
}
