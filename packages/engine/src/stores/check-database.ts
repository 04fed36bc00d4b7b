import { withoutPassword } from "@drumline/core/queue";
import { DrumlineError, messageOf } from "@drumline/core/errors";
import { type Database, Prisma } from "@drumline/db";

/** PostgreSQL did not answer when a process started: a supervisor does better to start it again. */
export class DatabaseUnreachable extends DrumlineError {
  constructor(url: string, cause: unknown) {
    super(
      `PostgreSQL at ${withoutPassword(url)} does not answer: ${messageOf(cause)}. Start it, or correct DATABASE_URL.`,
      {
        code: "DATABASE_UNREACHABLE",
        cause,
      },
    );
  }
}

/** The database answers, but nobody has made our tables in it. */
export class MissingTables extends DrumlineError {
  constructor(url: string) {
    super(`The database ${withoutPassword(url)} has no ledger. Cure: npm run db:migrate, with the same DATABASE_URL.`, {
      code: "MISSING_TABLES",
    });
  }
}

/** @throws {DatabaseUnreachable | MissingTables} */
export async function checkDatabase(db: Database, url: string): Promise<void> {
  const [found] = await db
    .$queryRaw<{ hasLedger: boolean }[]>(Prisma.sql`SELECT to_regclass('run') IS NOT NULL AS "hasLedger"`)
    .catch((error: unknown) => Promise.reject(new DatabaseUnreachable(url, error)));
  if (!found!.hasLedger) throw new MissingTables(url);
}
