import { type Clock, DAY_MS, SECOND_MS, systemClock } from "@drumline/core/clock";

/** The time of the outside systems, which runs at its own speed. */
export interface VirtualClock {
  nowMs(): number;
  /** Virtual days per real second; 0 stands still. */
  speed(): number;
  set(change: { readonly nowMs?: number; readonly speed?: number }): void;
}

/** Dates beyond it are no longer four-digit ISO years, which readers refuse; a fast clock stops here. */
const LAST_INSTANT_MS = Date.UTC(9999, 11, 31);

export function startVirtualClock(
  { startsAtMs, speed }: { readonly startsAtMs: number; readonly speed: number },
  real: Clock = systemClock,
): VirtualClock {
  let anchor = { realMs: real.now().getTime(), virtualMs: startsAtMs, speed };
  const nowMs = () => {
    const passedMs = real.now().getTime() - anchor.realMs;
    return Math.min(LAST_INSTANT_MS, Math.floor(anchor.virtualMs + passedMs * anchor.speed * (DAY_MS / SECOND_MS)));
  };
  return {
    nowMs,
    speed: () => anchor.speed,
    set: (change) => {
      anchor = {
        realMs: real.now().getTime(),
        virtualMs: change.nowMs ?? nowMs(),
        speed: change.speed ?? anchor.speed,
      };
    },
  };
}
