/** Rings at each due instant, so that an idle consumer looks at the queue then and not up to 100 ms later (Redis `hz 10`). */
export interface TickAlarm {
  /** Instants in the past, or set while nobody listens, are kept until someone does. */
  ringAt(dueMs: number): void;
  listen(ring: () => void): void;
  stop(): void;
}

const LONGEST_TIMER_MS = 60 * 60 * 1_000;

export function createTickAlarm(nowMs: () => number = () => Date.now()): TickAlarm {
  const instants = new Set<number>();
  let ring: (() => void) | null = null;
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
    if (isDue) ring?.();
    if (soonest < Number.POSITIVE_INFINITY) arm(soonest);
  };

  return {
    ringAt: (dueMs) => {
      instants.add(dueMs);
      if (ring !== null && dueMs < timerDueMs) arm(dueMs);
    },
    listen: (listener) => {
      ring = listener;
      if (instants.size > 0) arm(Math.min(...instants));
    },
    stop: () => {
      ring = null;
      clearTimeout(timer);
    },
  };
}
