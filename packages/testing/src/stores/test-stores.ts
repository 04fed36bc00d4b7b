import { DrumlineError } from "@drumline/core/errors";
import { STORES_VARIABLE } from "./stores-variable.ts";

/** What the keeper of a test run offers, handed to the test files through the environment. */
export interface TestStores {
  /** Marks everything this run makes on a server that other runs use too. */
  readonly runId: string;
  /** The server's maintenance database; tests get clones of the template. */
  readonly serverUrl: string;
  readonly template: string;
  /** Null where this machine has no Redis. */
  readonly redisUrl: string | null;
}

class NoTestStores extends DrumlineError {
  constructor() {
    super(
      "this test asks for a store, but none was started: name its file *.int.test.ts or *.process.test.ts, and run it with jest from the project's folder",
      { code: "NO_TEST_STORES" },
    );
  }
}

export function readTestStores(): TestStores {
  const stores = process.env[STORES_VARIABLE];
  if (!stores) throw new NoTestStores();
  return JSON.parse(stores);
}
