import { manualClock } from "@drumline/core/clock";
import { startTaskRun, type TaskRunOptions, testDatabase } from "@drumline/testing";

import { playCarriers } from "./carriers.ts";
import { startOutside } from "./local-omnitron.ts";

/** An hour after the packages of `storePackages` came about. */
export const SHIPPING_AT = new Date("2026-11-20T13:00:00Z");

/** A database, a clock and carriers in memory: what the tasks work with that follow parcels. */
export type ShippingUnderTest = Awaited<ReturnType<typeof openShipping>>;

export async function openShipping() {
  const [store, outside] = await Promise.all([testDatabase(), startOutside()]);
  const { db } = store;
  const clock = manualClock(SHIPPING_AT);
  let carriers = playCarriers();
  return {
    db,
    clock,
    outside,
    get carriers() {
      return carriers;
    },
    /** A run of a task beside these carriers, or others. */
    start: (options: TaskRunOptions<object> = {}, others = carriers) =>
      startTaskRun(db, { ...outside.gateways(), carriers: others }, { clock, ...options }),
    /** No parcels any more, nothing that anybody was told of them, and the hour at which it all begins. */
    async clear(): Promise<void> {
      carriers = playCarriers();
      clock.set(SHIPPING_AT);
      await db.$executeRaw`TRUNCATE tracking_event, shipment, problem CASCADE`;
    },
    close: async () => void (await Promise.all([store.close(), outside.close()])),
  };
}
