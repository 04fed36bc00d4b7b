import { getHeapStatistics } from "node:v8";

/**
 * Heap that a text of JSON may take, its own bytes and the values made of it: `[],` and `{},` become up to 24 times
 * their length, and `parseJson` reads no more than 500,000 values, of some 72 bytes each.
 */
export function heapBytesOf(textBytes: number): number {
  const MOST_PER_BYTE = 24;
  const MOST_OF_VALUES = 500_000 * 72;
  return 2 * textBytes + Math.min(MOST_PER_BYTE * textBytes, MOST_OF_VALUES);
}

/** Given back once; giving back again does nothing. */
export type Release = () => void;

export interface ByteBudget {
  /** Waits its turn, first come first served; more than there is waits for all of it. Throws the signal's reason when aborted. */
  reserve(bytes: number, signal: AbortSignal): Promise<Release>;
  /** At once, or not: null where it would have to wait. */
  tryReserve(bytes: number): Release | null;
}

export function createByteBudget(totalBytes: number): ByteBudget & { readonly totalBytes: number } {
  let free = totalBytes;
  const waiting: { readonly bytes: number; readonly go: () => void }[] = [];

  const take = (bytes: number): Release => {
    free -= bytes;
    let isOut = true;
    return () => {
      if (!isOut) return;
      isOut = false;
      free += bytes;
      letNextGo();
    };
  };
  const letNextGo = (): void => {
    for (let next = waiting[0]; next !== undefined && next.bytes <= free; next = waiting[0]) {
      waiting.shift();
      next.go();
    }
  };
  const tryReserve = (wanted: number): Release | null => {
    const bytes = Math.min(wanted, totalBytes);
    return waiting.length > 0 || bytes > free ? null : take(bytes);
  };

  return {
    totalBytes,
    tryReserve,
    async reserve(wanted, signal) {
      const now = tryReserve(wanted);
      if (now !== null) return now;
      const bytes = Math.min(wanted, totalBytes);
      signal.throwIfAborted();
      return await new Promise<Release>((resolve, reject) => {
        const entry = {
          bytes,
          go: () => {
            signal.removeEventListener("abort", leave);
            resolve(take(bytes));
          },
        };
        const leave = () => {
          waiting.splice(waiting.indexOf(entry), 1);
          letNextGo();
          reject(signal.reason as Error);
        };
        signal.addEventListener("abort", leave, { once: true });
        waiting.push(entry);
      });
    },
  };
}

/**
 * At most half of a budget, for one owner among several: what an owner cannot have yet it waits for in a queue of its
 * own, so that one whose answers never end holds up nobody but itself.
 */
export function halfOf(budget: ByteBudget & { readonly totalBytes: number }): ByteBudget {
  const own = createByteBudget(budget.totalBytes / 2);
  const both = (first: Release, second: Release) => () => {
    first();
    second();
  };
  return {
    tryReserve(bytes) {
      const mine = own.tryReserve(bytes);
      const ours = mine === null ? null : budget.tryReserve(bytes);
      if (mine !== null && ours === null) mine();
      return mine === null || ours === null ? null : both(ours, mine);
    },
    // Always in this order: who holds a part of the whole waits for nothing of his own.
    async reserve(bytes, signal) {
      const mine = await own.reserve(bytes, signal);
      try {
        return both(await budget.reserve(bytes, signal), mine);
      } catch (error) {
        mine();
        throw error;
      }
    },
  };
}

/** What all long answers that are being read in this process may become in its heap: three eighths of it. */
export const answerBudget = createByteBudget((getHeapStatistics().heap_size_limit * 3) / 8);
