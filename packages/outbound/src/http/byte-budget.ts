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

export function createByteBudget(totalBytes: number): ByteBudget {
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
 * What all answers that are being read may take of the heap, in two lanes. A short answer, or the beginning of one whose
 * length is not known, is in the first; one that turns out longer reserves its whole allowance in the second and only
 * then leaves the first. Nobody in the second lane waits for anything but the network, so the two cannot wait for each
 * other.
 */
export interface AnswerBudget {
  readonly short: ByteBudget;
  readonly long: ByteBudget;
}

export const createAnswerBudget = (heapBytes: number): AnswerBudget => ({
  short: createByteBudget(heapBytes / 8),
  long: createByteBudget(heapBytes / 4),
});

/** Of this process. */
export const answerBudget = createAnswerBudget(getHeapStatistics().heap_size_limit);
