import { commitApart } from "@drumline/db";

/**
 * Saves each item as soon as nothing else is being saved, and with it all that came meanwhile: one alone waits for nobody,
 * and a hundred at once are a few transactions. What only the database refuses fails alone.
 */
export function createGroupSave<Item, Result>(
  save: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  interface Waiting {
    readonly item: Item;
    readonly resolve: (result: Result) => void;
    readonly reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let isSaving = false;

  async function saveAll(): Promise<void> {
    isSaving = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        const items = group.map(({ item }) => item);
        for (const [index, outcome] of (await commitApart(items, save)).entries()) {
          const { resolve, reject } = group[index]!;
          if (outcome.isCommitted) resolve(outcome.result);
          else reject(outcome.error);
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    isSaving = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isSaving) void saveAll();
    });
}
