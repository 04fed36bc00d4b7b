import { startTaskRun, type TaskRunOptions, testDatabase } from "@drumline/testing";

import { getOrdersFromOmnitron } from "../src/orders/get-orders-from-omnitron.ts";
import type { OmsSettings } from "../src/settings.ts";
import { startOutside } from "./local-omnitron.ts";

/** A database of its own, an empty Omnitron, and the pull between them. */
export type PullUnderTest = Awaited<ReturnType<typeof openPull>>;

export async function openPull(settings: Partial<OmsSettings> = {}) {
  const [store, outside] = await Promise.all([testDatabase(), startOutside()]);
  const { db } = store;
  const start = (options: TaskRunOptions<object> = {}) => startTaskRun(db, outside.gateways(settings), options);

  async function pull(options: TaskRunOptions<object> = {}) {
    const run = start(options);
    return { ...run, result: await getOrdersFromOmnitron(run.context) };
  }

  const pullFails = (): Promise<Error> =>
    pull().then(
      () => Promise.reject(new Error("expected the pull to fail")),
      (error: Error) => error,
    );

  const cursor = () => db.syncCursor.findUnique({ where: { source: "omnitron.orders" } });

  return {
    db,
    outside,
    start,
    pull,
    pullFails,
    /** Of the orders that are in. */
    numbers: async () => (await db.order.findMany({ orderBy: { omnitronId: "asc" } })).map(({ number }) => number),
    /** What is on record, such as `2 INVALID_RECORD resolved`. */
    problems: async () =>
      (await db.problem.findMany({ orderBy: { subjectKey: "asc" } })).map(
        ({ subjectKey, kind, closedAt }) => `${subjectKey} ${kind}${closedAt === null ? "" : " resolved"}`,
      ),
    cursor,
    /** The pk of the order up to which everything is in; null before any is. */
    position: async () => (await cursor())?.cursorPk ?? null,
    close: async () => void (await Promise.all([store.close(), outside.close()])),
  };
}
