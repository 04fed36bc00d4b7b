import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";

import type { Clock } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import type { TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { OmsGateways } from "../context.ts";
import { deliverDue } from "./deliver-due.ts";
import { dispatchAll } from "./dispatch-all.ts";

// Runs that are due together end together: one round for all of them.
const RINGS_TOGETHER_MS = 50;

/** Brings fresh events out while they are fresh, beside the runs and not within them (docs/adr/0007). */
export interface Courier {
  /** Something may have happened. Returns at once; `clock` says when it is. */
  ring(clock: Clock): void;
  /** Stops what is under way and waits for it; unsent deliveries stay due for whoever comes next. */
  close(): Promise<void>;
}

export function createCourier({ db, gateways, log }: { db: Database; gateways: OmsGateways; log: Log }): Courier {
  const aborter = new AbortController();
  // Every attempt under way listens to it: more than the ten that Node takes for a leak.
  setMaxListeners(0, aborter.signal);
  let rung: Clock | null = null;
  let working: Promise<void> | null = null;

  const deliver = async (clock: Clock) => {
    const parts = {
      db,
      clock,
      log,
      webhooks: gateways.webhooks,
      tuning: gateways.settings.delivery,
      signal: aborter.signal,
      reportProblem: () => {},
    };
    await dispatchAll(parts, { untouchedSince: null });
    await deliverDue(parts);
  };
  const work = async () => {
    while (rung !== null && !aborter.signal.aborted) {
      try {
        await wait(RINGS_TOGETHER_MS, undefined, { signal: aborter.signal });
        const clock = rung;
        rung = null;
        await deliver(clock);
      } catch (error) {
        // Nothing is lost: the events and deliveries are rows, and the next ring or scheduled run finds them.
        if (!aborter.signal.aborted) log.warn({ error: messageOf(error) }, "fresh events could not be delivered");
      }
    }
    working = null;
  };

  return {
    ring(clock) {
      rung = clock;
      working ??= work();
    },
    async close() {
      aborter.abort(new Error("the process ends"));
      await working;
    },
  };
}

/** The handlers, each of which rings the courier when it has ended, well or not: whatever it wrote is on its way at once. */
export function ringAfterRuns<
  // oxlint-disable-next-line typescript/no-explicit-any -- each handler's context is its own; only `clock` and `dryRun` are read
  Handlers extends Readonly<Record<string, (context: any) => Promise<TaskResult>>>,
>(handlers: Handlers, courier: Pick<Courier, "ring">): Handlers {
  const wrapped = Object.entries(handlers).map(([name, handler]) => [
    name,
    async (context: { readonly clock: Clock; readonly dryRun: boolean }) => {
      try {
        return await handler(context);
      } finally {
        if (!context.dryRun) courier.ring(context.clock);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as Handlers;
}
