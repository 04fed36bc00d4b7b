import { DrumlineError, messageOf, withoutPassword } from "@drumline/core/errors";
import { NO_LIMITS, prepareSession, type SessionLimits, SteadyClient } from "@drumline/core/postgres";

/** PostgreSQL did not answer, refused the login, or is too old. */
export class UnreachableDatabase extends DrumlineError {
  constructor(problem: string, cause?: unknown) {
    super(problem, { code: "DATABASE_UNREACHABLE", cause });
  }
}

const OLDEST_SERVER = 15;

/** One plain connection, for work that Prisma's pool is not made for. The caller ends it. */
export async function connectToServer(
  databaseUrl: string,
  applicationName: string,
  limits = NO_LIMITS,
): Promise<SteadyClient> {
  const client = await open(databaseUrl, applicationName, limits);
  const { rows } = await client.query("SELECT current_setting('server_version_num')::int / 10000 AS major");
  if (rows[0].major < OLDEST_SERVER) {
    await client.end();
    throw new UnreachableDatabase(
      `PostgreSQL at ${withoutPassword(databaseUrl)} is version ${rows[0].major}; ${OLDEST_SERVER} or newer is needed`,
    );
  }
  return client;
}

async function open(databaseUrl: string, applicationName: string, limits: SessionLimits): Promise<SteadyClient> {
  try {
    const client = new SteadyClient({
      connectionString: databaseUrl,
      application_name: applicationName,
      connectionTimeoutMillis: 10_000,
    });
    await client.connect();
    await prepareSession(client, { limits });
    return client;
  } catch (error) {
    throw new UnreachableDatabase(
      `cannot connect to PostgreSQL at ${withoutPassword(databaseUrl)}: ${reasonOf(error)}. Is it running, and is DATABASE_URL right?`,
      error,
    );
  }
}

/** A host with two addresses fails with an AggregateError whose own message is empty. */
function reasonOf(error: unknown): string {
  return error instanceof AggregateError ? error.errors.map(messageOf).join(", ") : messageOf(error);
}
