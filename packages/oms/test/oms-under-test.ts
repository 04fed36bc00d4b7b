import { manualClock } from "@drumline/core/clock";
import type { JsonObject } from "@drumline/core/task";
import { startTaskRun, type TaskRunOptions, testDatabase } from "@drumline/testing";

import type { OmsSettings } from "../src/settings.ts";
import { omsHandlers } from "../src/tasks.ts";
import { playCarriers } from "./carriers.ts";
import { type Raw, rawItem, rawLocation, rawOrder, startOutside } from "./local-omnitron.ts";
import { storeCommands } from "./store-commands.ts";

/** A database of its own, an outside with the locations central, A and B, carriers in memory, and every task between them. */
export type OmsUnderTest = Awaited<ReturnType<typeof openOms>>;

export async function openOms() {
  const [store, outside] = await Promise.all([testDatabase(), startOutside()]);
  const { db } = store;
  const clock = manualClock(new Date("2026-11-20T12:00:00Z"));
  const carriers = playCarriers();
  outside.locations.push(rawLocation(1, "central", { priority: 0 }), rawLocation(2, "A"), rawLocation(3, "B"));

  const start = (settings: Partial<OmsSettings> = {}, options: TaskRunOptions<object> = {}) =>
    startTaskRun(db, { ...outside.gateways(settings), carriers }, { clock, ...options });
  const run = async (
    name: keyof typeof omsHandlers,
    settings: Partial<OmsSettings> = {},
    options: TaskRunOptions<object> = {},
  ): Promise<JsonObject> => await omsHandlers[name](start(settings, options).context as never);

  /** Sends an order as it is from now on: what Omnitron changed last is always newer. */
  let versions = 0;
  function sendOrder(pk: number, items: readonly Raw[] = [rawItem(pk)], overrides: Raw = {}): void {
    versions += 1;
    const modified_date = new Date(Date.parse("2026-11-20T10:00:00Z") + versions * 1_000).toISOString();
    const order = rawOrder(pk, { modified_date, orderitem_set: items, ...overrides });
    const index = outside.orders.findIndex((known) => known["pk"] === pk);
    if (index < 0) outside.orders.push(order);
    else outside.orders[index] = order;
  }

  const commands = storeCommands(db, clock);

  return {
    store,
    db,
    outside,
    carriers,
    clock,
    start,
    run,
    sendOrder,
    /** Runs a command of a store on a package, by its number. */
    command: commands.onPackage,
    transferCommand: commands.onTransfer,
    pull: (options?: TaskRunOptions<object>) => run("oms.orders.tasks.get_orders_from_omnitron", {}, options),
    plan: () => run("oms.fulfilment.tasks.fulfil_waiting_orders"),
    replan: () => run("oms.fulfilment.tasks.fulfil_replaning_orders"),
    cancel: () => run("oms.orders.tasks.process_cancellation_plans"),
    rerun: () => run("oms.orders.tasks.rerun_plans_for_cancellation_waiting_packages"),
    /** Live packages with their units, such as `R1P1@A WAITING sku-1×2`. */
    packages: async () =>
      (
        await db.package.findMany({
          where: { state: { not: "CANCELLED" } },
          orderBy: { id: "asc" },
          include: {
            location: true,
            items: {
              where: { state: { not: "CANCELLED" } },
              include: { orderItem: { include: { product: true } } },
              orderBy: { id: "asc" },
            },
          },
        })
      ).map(({ number, location, state, items }) =>
        [
          `${number}@${location.erpCode}`,
          state,
          ...items.map(({ quantity, orderItem }) => `${orderItem.product.sku}×${quantity}`),
        ].join(" "),
      ),
    orderState: async (number: string) => (await db.order.findUniqueOrThrow({ where: { number } })).state,
    /** What a person sees, such as `NUMBER_CLASH: number R1 belongs to …`. */
    problems: async () =>
      (await db.problem.findMany({ where: { closedAt: null }, orderBy: { id: "asc" } })).map(
        ({ kind, reason }) => `${kind}: ${reason}`,
      ),
    /** What Omnitron was told of orders and plans, in order. */
    told: () => outside.told.map(({ body }) => body["order_status"] ?? body["status"]),
    close: async () => {
      await Promise.all([store.close(), outside.close()]);
    },
  };
}
