import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";

import { type Clock, SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import type { TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import { deliverDue } from "../deliveries/deliver-due.ts";
import type { DeliveryGateways } from "../deliveries/delivery.ts";
import type { DeliverySettings } from "../deliveries/settings.ts";
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

/** Which of the two tasks are switched on whose work the dispatcher does early. */
export interface DispatcherSwitches {
  /** trigger_event_queue_events: events become deliveries, and each gets its first attempt. */
  readonly events: boolean;
  /** undelivered_event_scanner: deliveries that failed are attempted again. */
  readonly retries: boolean;
}

export interface DispatcherOptions {
  readonly db: Database;
  readonly gateways: DeliveryGateways & { readonly settings: Pick<DeliverySettings, "eventQueueDelaySeconds"> };
  readonly log: Log;
  /** Asked at each wake: people switch while workers run. */
  readonly loadSwitches: () => Promise<DispatcherSwitches>;
}

/** A dispatcher over this database; does nothing until it is woken, and never what a switch forbids. */
export function createDispatcher({ db, gateways, log, loadSwitches }: DispatcherOptions): Dispatcher {
  const aborter = new AbortController();
  // Every attempt under way listens to it: more than the ten that Node takes for a leak.
  setMaxListeners(0, aborter.signal);
  let wokenAt: Clock | null = null;
  let working: Promise<void> | null = null;

  const { eventQueueDelaySeconds: delaySeconds } = gateways.settings;
  const untouchedSince = (now: Date) =>
    delaySeconds === null ? null : new Date(now.getTime() - delaySeconds * SECOND_MS);
  const deliver = async (clock: Clock) => {
    const context = {
      db,
      clock,
      log,
      gateways,
      signal: aborter.signal,
      reportProblem: () => {},
    };
    const { events, retries } = await loadSwitches();
    if (events) await dispatchAll(context, { untouchedSince: untouchedSince(clock.now()) });
    if (events || retries) await deliverDue(context, { scope: retries ? "all" : "unanswered" });
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

/**
 * The handlers, each of which wakes the dispatcher when it has ended, well or not: whatever it wrote is on its way at once.
 * `except` are the tasks that deliver themselves: woken by them, the dispatcher would take what they are to leave.
 */
export function wakeAfterRuns<
  // oxlint-disable-next-line typescript/no-explicit-any -- each handler's context is its own; only `clock` and `dryRun` are read
  Handlers extends Readonly<Record<string, (context: any) => Promise<TaskResult>>>,
>(handlers: Handlers, dispatcher: Pick<Dispatcher, "wake">, except: readonly (keyof Handlers)[] = []): Handlers {
  const wrapped = Object.entries(handlers).map(([name, handler]) => [
    name,
    async (context: { readonly clock: Clock; readonly dryRun: boolean }) => {
      try {
        return await handler(context);
      } finally {
        if (!context.dryRun && !except.includes(name)) dispatcher.wake(context.clock);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as Handlers;
}
