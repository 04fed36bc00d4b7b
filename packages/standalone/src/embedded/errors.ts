import { DrumlineError } from "@drumline/core/errors";

/** There is no PostgreSQL or Redis binary for this machine. */
export class UnsupportedPlatform extends DrumlineError {
  constructor(problem: string, cause?: unknown) {
    super(`${problem}. Install PostgreSQL 15 or newer, or use one elsewhere, and set DATABASE_URL`, {
      code: "EMBEDDED_UNSUPPORTED",
      cause,
    });
  }
}

/** Another process that is still alive runs the embedded database of this folder. */
export class DatabaseInUse extends DrumlineError {
  readonly pid: number;

  constructor(database: string, folder: string, pid: number) {
    super(
      `the embedded ${database} in ${folder} is run by process ${pid}: stop that process, ` +
        "or set DATABASE_URL and REDIS_URL if two installations are to run side by side",
      { code: "EMBEDDED_IN_USE" },
    );
    this.pid = pid;
  }
}

export class EmbeddedDatabaseFailed extends DrumlineError {
  constructor(database: string, problem: string, cause?: unknown) {
    super(`the embedded ${database} did not start: ${problem}`, { code: "EMBEDDED_FAILED", cause });
  }
}
