/** Where time comes from. The engine reads the real clock; a handler reads its run's clock, which a replay can move. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A clock that shows `startsAt` now and runs on at the speed of the real one. */
export function clockStartingAt(startsAt: Date, real: Clock = systemClock): Clock {
  const offsetMs = startsAt.getTime() - real.now().getTime();
  return { now: () => new Date(real.now().getTime() + offsetMs) };
}

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  set(instant: Date): void;
  advance(byMs: number): void;
}

export function manualClock(startsAt: Date): ManualClock {
  let nowMs = startsAt.getTime();
  return {
    now: () => new Date(nowMs),
    set: (instant) => void (nowMs = instant.getTime()),
    advance: (byMs) => void (nowMs += byMs),
  };
}
