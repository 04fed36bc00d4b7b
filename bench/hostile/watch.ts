import { setTimeout as wait } from "node:timers/promises";

import { loadPassingRuns, type RunSeen } from "./observed.sql.ts";
import type { HostileStage } from "./stage.ts";

/** What the api said of the whole, and how often in a row of looks. */
export interface HealthSeen {
  readonly at: Date;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

export interface Watch {
  /** Tries that ended badly and are tried again, each once, and runs whose lease ended while they were at work. */
  readonly passing: readonly RunSeen[];
  readonly health: readonly HealthSeen[];
  /** Nobody looks at health while it is red on purpose. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

const EVERY_MS = 1_000;

/** Looks every second at what a look afterwards would not find. */
export function startWatch({ databases, apiUrl }: HostileStage): Watch {
  const passing = new Map<string, RunSeen>();
  const health: HealthSeen[] = [];
  let isPaused = false;
  const stopping = new AbortController();

  const look = async () => {
    for (const run of await loadPassingRuns(databases.db)) {
      const known = passing.get(`${run.id} ${run.attempt} ${run.error}`);
      if (known === undefined || (run.overdueMs ?? 0) > (known.overdueMs ?? 0))
        passing.set(`${run.id} ${run.attempt} ${run.error}`, run);
    }
    if (!isPaused) health.push({ at: new Date(), reasons: await askHealth(apiUrl) });
  };
  const looking = (async () => {
    while (!stopping.signal.aborted) {
      await look();
      await wait(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  // Whoever stops the watch hears of its failure; until then another failure may have ended the run, and is the one to be told.
  looking.catch(() => {});
  return {
    get passing() {
      return [...passing.values()];
    },
    health,
    pause: () => void (isPaused = true),
    resume: () => void (isPaused = false),
    stop: async () => {
      stopping.abort();
      await looking;
    },
  };
}

export async function askHealth(apiUrl: string): Promise<HealthSeen["reasons"]> {
  try {
    const answer = await fetch(`${apiUrl}/health/ready`, { signal: AbortSignal.timeout(10_000) });
    return ((await answer.json()) as { reasons: HealthSeen["reasons"] }).reasons;
  } catch (error) {
    return [{ code: "NO_ANSWER", message: String(error) }];
  }
}
