import { type Clock, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";

/** Counts wrong tokens per address, so that guessing costs the guesser more than the database. */
export interface FailedLogins {
  /** Whole seconds until the address may try again; 0 when it may. */
  waitSeconds(address: string): number;
  count(address: string): void;
}

const ALLOWED_PER_WINDOW = 20;
const WINDOW_MS = MINUTE_MS;
const MOST_ADDRESSES = 10_000;

export function createFailedLogins(clock: Clock): FailedLogins {
  const windows = new Map<string, { failures: number; endsAtMs: number }>();

  const currentOf = (address: string) => {
    const found = windows.get(address);
    return found !== undefined && found.endsAtMs > clock.now().getTime() ? found : null;
  };

  return {
    waitSeconds: (address) => {
      const current = currentOf(address);
      if (current === null || current.failures < ALLOWED_PER_WINDOW) return 0;
      return Math.ceil((current.endsAtMs - clock.now().getTime()) / SECOND_MS);
    },
    count: (address) => {
      const current = currentOf(address);
      if (current !== null) current.failures += 1;
      else {
        if (windows.size >= MOST_ADDRESSES) windows.clear();
        windows.set(address, { failures: 1, endsAtMs: clock.now().getTime() + WINDOW_MS });
      }
    },
  };
}
