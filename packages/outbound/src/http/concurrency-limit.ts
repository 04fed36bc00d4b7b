/** Lets at most `max` calls run at once; the others wait their turn, first come first served. */
export function createConcurrencyLimit(max: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];

  return async (work) => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place is handed over, not given back, so that nobody can slip in between.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
