import { setImmediate, setTimeout } from "node:timers/promises";

import { DrumlineError } from "@drumline/core/errors";

import { commitApart, isDataError } from "./data-errors.ts";

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

/** Smaller batches wait `gatherMs` for more. */
const MIN_BATCH = 20;

/** The database refused the data, or our own code could not make a statement of it; a database that is away is about none. */
const isAboutAnItem = (error: unknown): boolean =>
  isDataError(error) || error instanceof DrumlineError || error instanceof TypeError || error instanceof RangeError;

/**
 * Collects what arrives while a statement is under way and sends it as one statement next: no timer, no added
 * wait when idle, large batches under load. This is what keeps durable records cheap (ADR 0004). With `gatherMs`,
 * a batch of fewer than `MIN_BATCH` items waits that long for more.
 * `commit` writes all of its items or none. A batch that fails for one of its items is halved until that item is alone:
 * it alone is rejected, with its own error. A batch that fails for any other reason rejects every item in it.
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
      const items = batch.map(({ item }) => item);
      const outcomes = await commitApart(items, commit, isAboutAnItem);
      for (const [index, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[index]!;
        if (outcome.isCommitted) resolve(outcome.result);
        else reject(outcome.error);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const run = async () => {
    // One turn of the event loop, so that everything that is ready now travels together.
    await setImmediate();
    while (waiting.length > 0) {
      if (gatherMs > 0 && waiting.length < MIN_BATCH) await setTimeout(gatherMs);
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
