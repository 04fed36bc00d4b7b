import { DrumlineError } from "@drumline/core/errors";
import { findRunningDatabases } from "@drumline/db/running-databases";

/** There is no database to work on. */
export class MissingDatabases extends DrumlineError {
  constructor() {
    super(
      "DATABASE_URL is not set, and no embedded database runs in this folder. Set it (postgresql://user:password@host:5432/database), or run npm start, which brings its own.",
      { code: "MISSING_DATABASES" },
    );
  }
}

/** Where the databases are: what the environment names, else what `npm start` runs in this folder. */
export function findDatabases({
  databaseUrl,
  redisUrl,
}: {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
}): {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
} {
  if (databaseUrl !== null) return { databaseUrl, redisUrl };
  const running = findRunningDatabases(".data");
  if (running === null) throw new MissingDatabases();
  return { databaseUrl: running.databaseUrl, redisUrl: redisUrl ?? running.redisUrl };
}
