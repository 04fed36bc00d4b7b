import { type Clock, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";

/** Tries counted in windows of a minute, by each api process for itself. */
export interface TryWindows {
  /** Counts a try. How many seconds until the window ends, where there were too many; else null. */
  take(key: string): { readonly waitSeconds: number; readonly isFirstRefusal: boolean } | null;
  /** A try that was right takes nothing away from the next ones. */
  giveBack(key: string): void;
}

const MOST_KEYS = 50_000;

export function openTryWindows(clock: Clock, most: number): TryWindows {
  const windows = new Map<string, { count: number; endsAtMs: number }>();
  return {
    take: (key) => {
      const nowMs = clock.now().getTime();
      const open = windows.get(key);
      const window = open !== undefined && open.endsAtMs > nowMs ? open : { count: 0, endsAtMs: nowMs + MINUTE_MS };
      window.count += 1;
      if (window !== open) {
        // The oldest goes first: a flood of made-up names costs other made-up names their count.
        windows.delete(key);
        if (windows.size >= MOST_KEYS) windows.delete(windows.keys().next().value!);
        windows.set(key, window);
      }
      if (window.count <= most) return null;
      return {
        waitSeconds: Math.ceil((window.endsAtMs - nowMs) / SECOND_MS),
        isFirstRefusal: window.count === most + 1,
      };
    },
    giveBack: (key) => {
      const window = windows.get(key);
      if (window !== undefined) window.count -= 1;
    },
  };
}
