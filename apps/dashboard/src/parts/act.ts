import { queries } from "../client/queries.ts";
import { showDone, showFailed } from "./toasts.tsx";

/**
 * Does what a button says, says how it went, and asks again for what is shown.
 * @returns whether it was done
 */
export async function act(
  what: string,
  done: string,
  topics: readonly string[],
  doIt: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await doIt();
  } catch (error) {
    showFailed(`${what} was not done`, error);
    return false;
  }
  showDone(done);
  await Promise.all(topics.map((topic) => queries.invalidateQueries({ queryKey: [topic] })));
  return true;
}
