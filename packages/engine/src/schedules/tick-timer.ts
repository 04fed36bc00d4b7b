/** Wakes its listener at each due instant, so that an idle consumer looks at the queue then and not up to 100 ms later (Redis `hz 10`). */
export interface TickTimer {
  /** Instants in the past, or set while nobody listens, are kept until someone does. */
  wakeAt(dueMs: number): void;
  listen(wake: () => void): void;
  stop(): void;
}

const LONGEST_TIMER_MS = 60 * 60 * 1_000;

/** `nowMs` is the clock that due instants are compared with. */
export function createTickTimer(nowMs: () => number = () => Date.now()): TickTimer {
  const instants = new Set<number>();
  let wake: (() => void) | null = null;
  let timer: NodeJS.Timeout | undefined;
  let timerDueMs = Number.POSITIVE_INFINITY;

  const arm = (dueMs: number) => {
    clearTimeout(timer);
    timerDueMs = dueMs;
    timer = setTimeout(fire, Math.min(Math.max(dueMs - nowMs(), 0), LONGEST_TIMER_MS));
  };

  const fire = () => {
    timerDueMs = Number.POSITIVE_INFINITY;
    const at = nowMs();
    let soonest = Number.POSITIVE_INFINITY;
    let isDue = false;
    for (const instant of instants) {
      if (instant <= at) {
        instants.delete(instant);
        isDue = true;
      } else if (instant < soonest) soonest = instant;
    }
    if (isDue) wake?.();
    if (soonest < Number.POSITIVE_INFINITY) arm(soonest);
  };

  return {
    wakeAt: (dueMs) => {
      instants.add(dueMs);
      if (wake !== null && dueMs < timerDueMs) arm(dueMs);
    },
    listen: (listener) => {
      wake = listener;
      if (instants.size > 0) arm(Math.min(...instants));
    },
    stop: () => {
      wake = null;
      clearTimeout(timer);
    },
  };
}
