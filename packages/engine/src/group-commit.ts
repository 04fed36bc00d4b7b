import { setImmediate, setTimeout } from "node:timers/promises";

export interface GroupCommit<Item, Result> {
  /** Joins the next batch; resolves with this item's own result, in the order the batch returned them. */
  add(item: Item): Promise<Result>;
  /** Resolves when nothing is waiting or under way. */
  drained(): Promise<void>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** A batch of so many is worth its statement. */
const COMPANY = 20;

/**
 * Collects what arrives while a statement is under way and sends it as one statement next: no timer, no added
 * wait when idle, large batches under load. This is what keeps a durable ledger cheap (ADR 0004). With `gatherMs`,
 * a small batch waits that long for company.
 * A batch that fails rejects every item in it.
 */
export function createGroupCommit<Item, Result>(
  commit: (items: readonly Item[]) => Promise<readonly Result[]>,
  { maxItems, gatherMs = 0 }: { readonly maxItems: number; readonly gatherMs?: number },
): GroupCommit<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let running: Promise<void> | null = null;

  const commitBatch = async () => {
    const batch = waiting.splice(0, maxItems);
    try {
      const results = await commit(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index]!);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const run = async () => {
    // One turn of the event loop, so that everything that is ready now travels together.
    await setImmediate();
    while (waiting.length > 0) {
      if (gatherMs > 0 && waiting.length < COMPANY) await setTimeout(gatherMs);
      await commitBatch();
    }
    running = null;
  };

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        running ??= run();
      }),
    drained: async () => {
      while (running !== null) await running;
    },
  };
}
