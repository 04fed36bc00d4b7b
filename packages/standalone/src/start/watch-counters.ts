import { setTimeout as delay } from "node:timers/promises";

import { type Clock, SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import type { Database } from "@drumline/db";
import { loadLateOccurrences } from "@drumline/engine";
import { countKeptPackages, countWork } from "@drumline/oms/queries";

import { shorten } from "../process-group/notable-line.ts";
import type { Counters, Screen } from "./screen.ts";

const EVERY_MS = SECOND_MS;

/** Shows the counters once a second until `signal` is aborted. A database that is away for a while costs only the counts. */
export async function watchCounters(
  db: Database,
  { screen, clock, signal, startedAtMs }: { screen: Screen; clock: Clock; signal: AbortSignal; startedAtMs: number },
): Promise<void> {
  let pulledBefore: number | null = null;
  while (!signal.aborted) {
    try {
      const counters = await loadCounters(db, clock.now());
      if (pulledBefore === 0 && counters.ordersPulled > 0) screen.say(sayFirst(clock.now().getTime() - startedAtMs));
      pulledBefore = counters.ordersPulled;
      screen.count(counters);
    } catch (error) {
      screen.trouble("counters", shorten(messageOf(error)));
    }
    await delay(EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

const sayFirst = (tookMs: number) => `  first order pulled ${(tookMs / SECOND_MS).toFixed(1)} s after the start\n`;

async function loadCounters(db: Database, now: Date): Promise<Counters> {
  const work = await countWork(db);
  return {
    ordersPulled: work.orders.total,
    ordersPlanned: work.plans.total,
    packages: countKeptPackages(work),
    late: (await loadLateOccurrences(db, now)).length,
  };
}
