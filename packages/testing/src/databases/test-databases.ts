import { DrumlineError } from "@drumline/core/errors";
import { DATABASES_VARIABLE } from "./databases-variable.ts";

/** What the keeper of a test run offers, handed to the test files through the environment. */
export interface TestDatabases {
  /** Marks everything this run makes on a server that other runs use too. */
  readonly runId: string;
  /** The server's maintenance database; tests get clones of the template. */
  readonly serverUrl: string;
  readonly template: string;
  /** Null where this machine has no Redis. */
  readonly redisUrl: string | null;
}

class NoTestDatabases extends DrumlineError {
  constructor() {
    super(
      "this test asks for a database, but none was started: name its file *.int.test.ts or *.process.test.ts, and run it with jest from the project's folder",
      { code: "NO_TEST_DATABASES" },
    );
  }
}

export function readTestDatabases(): TestDatabases {
  const databases = process.env[DATABASES_VARIABLE];
  if (!databases) throw new NoTestDatabases();
  return JSON.parse(databases);
}
