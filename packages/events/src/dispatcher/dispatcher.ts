import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";

import type { Clock } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import type { TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import { deliverDue } from "../deliveries/deliver-due.ts";
import type { DeliveryGateways } from "../deliveries/delivery.ts";
import { dispatchAll } from "./dispatch-all.ts";

/** Runs that are due together end together: one dispatch for all of them. */
const WAKES_TOGETHER_MS = 50;

/** Brings fresh events out while they are fresh, beside the runs and not within them (docs/adr/0007). */
export interface Dispatcher {
  /** Something may have happened. Returns at once; `clock` says when it is. */
  wake(clock: Clock): void;
  /** Stops what is under way and waits for it; unsent deliveries stay due for whoever comes next. */
  close(): Promise<void>;
}

/** A dispatcher over this database; does nothing until it is woken. */
export function createDispatcher({
  db,
  gateways,
  log,
}: {
  db: Database;
  gateways: DeliveryGateways;
  log: Log;
}): Dispatcher {
  const aborter = new AbortController();
  // Every attempt under way listens to it: more than the ten that Node takes for a leak.
  setMaxListeners(0, aborter.signal);
  let wokenAt: Clock | null = null;
  let working: Promise<void> | null = null;

  const deliver = async (clock: Clock) => {
    const context = {
      db,
      clock,
      log,
      gateways,
      signal: aborter.signal,
      reportProblem: () => {},
    };
    await dispatchAll(context, { untouchedSince: null });
    await deliverDue(context);
  };
  const work = async () => {
    while (wokenAt !== null && !aborter.signal.aborted) {
      try {
        await wait(WAKES_TOGETHER_MS, undefined, { signal: aborter.signal });
        const clock = wokenAt;
        wokenAt = null;
        await deliver(clock);
      } catch (error) {
        // Nothing is lost: the events and deliveries are rows, and the next wake or scheduled run finds them.
        if (!aborter.signal.aborted) log.warn({ error: messageOf(error) }, "fresh events could not be delivered");
      }
    }
    working = null;
  };

  return {
    wake(clock) {
      wokenAt = clock;
      working ??= work();
    },
    async close() {
      aborter.abort(new Error("the process ends"));
      await working;
    },
  };
}

/** The handlers, each of which wakes the dispatcher when it has ended, well or not: whatever it wrote is on its way at once. */
export function wakeAfterRuns<
  // oxlint-disable-next-line typescript/no-explicit-any -- each handler's context is its own; only `clock` and `dryRun` are read
  Handlers extends Readonly<Record<string, (context: any) => Promise<TaskResult>>>,
>(handlers: Handlers, dispatcher: Pick<Dispatcher, "wake">): Handlers {
  const wrapped = Object.entries(handlers).map(([name, handler]) => [
    name,
    async (context: { readonly clock: Clock; readonly dryRun: boolean }) => {
      try {
        return await handler(context);
      } finally {
        if (!context.dryRun) dispatcher.wake(context.clock);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as Handlers;
}
