import type { TaskContext } from "./context.ts";

type AnyContext = TaskContext<unknown, unknown, unknown>;

/** What waits for a task, batch by batch. */
export interface Batches<Item> {
  /** Items claimed at once. */
  readonly batchSize: number;
  /** What waited at the start, for the progress shown; absent where nobody counted. */
  readonly backlog?: number;
  /** Claims up to so many items that nobody else works on; none ends the work. */
  readonly claim: (most: number) => Promise<readonly Item[]>;
  /** Works on what was claimed, ends its claims, and answers how much of the run's limit that used up. */
  readonly work: (claimed: readonly Item[]) => Promise<number>;
  /** Gives the claims back when `work` throws; absent where `work` does so itself. */
  readonly release?: (claimed: readonly Item[]) => Promise<void>;
}

/**
 * Claims a batch, works on it and claims the next, until nothing is left to claim or the run's limit is reached. Throws
 * what `work` throws, and the signal's reason between two batches when it is aborted.
 */
export async function workInBatches<Item>(
  context: Pick<AnyContext, "limit" | "signal" | "progress">,
  { batchSize, backlog, claim, work, release }: Batches<Item>,
): Promise<void> {
  const { limit, signal } = context;
  for (let done = 0; ;) {
    signal.throwIfAborted();
    const most = Math.min(batchSize, (limit ?? Infinity) - done);
    const claimed = most > 0 ? await claim(most) : [];
    if (claimed.length === 0) return;
    try {
      done += await work(claimed);
    } catch (error) {
      await release?.(claimed);
      throw error;
    }
    context.progress(done, backlog === undefined ? undefined : Math.max(backlog, done));
  }
}

/**
 * Counts what waits, as far as it matters, and asks for one more run per batch beyond the first, `mostHelpers` of them
 * at most. Answers what waits: the whole backlog, or all that these runs take at first.
 */
export async function shareBacklog(
  context: Pick<AnyContext, "askForHelpers">,
  {
    batchSize,
    mostHelpers,
    count,
  }: { batchSize: number; mostHelpers: number; count: (most: number) => Promise<number> },
): Promise<number> {
  const backlog = await count(batchSize * (mostHelpers + 1));
  await context.askForHelpers(Math.ceil(backlog / batchSize) - 1);
  return backlog;
}
