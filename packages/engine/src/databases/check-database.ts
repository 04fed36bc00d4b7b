import { DrumlineError, messageOf, withoutPassword } from "@drumline/core/errors";
import { requireWritable, type Writability, WRITABILITY } from "@drumline/core/postgres";
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

/** The database answers, but would keep or read something otherwise than our code means it. */
export class UnfitDatabase extends DrumlineError {
  constructor(url: string, problems: readonly string[]) {
    super(`The database ${withoutPassword(url)} cannot be used as it is set: ${problems.join(" ")}`, {
      code: "UNFIT_DATABASE",
    });
  }
}

/** What a session of ours says of itself. */
interface SessionFacts {
  readonly ledgerSchema: string | null;
  readonly serverEncoding: string;
  readonly clientEncoding: string;
  readonly timeZone: string;
  readonly standardStrings: string;
}

/** @throws {DatabaseUnreachable | DatabaseNotWritable | UnfitDatabase | MissingTables} */
export async function checkDatabase(db: Database, url: string): Promise<void> {
  const facts = await loadSessionFacts(db).catch((error: unknown) =>
    Promise.reject(new DatabaseUnreachable(url, error)),
  );
  const problems = findSessionProblems(facts);
  if (problems.length > 0) throw new UnfitDatabase(url, problems);
  if (facts.ledgerSchema === null) throw new MissingTables(url);
  await checkWritable(db);
}

async function loadSessionFacts(db: Database): Promise<SessionFacts> {
  const [facts] = await db.$queryRaw<SessionFacts[]>(Prisma.sql`
    SELECT (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = to_regclass('run')) AS "ledgerSchema",
      current_setting('server_encoding') AS "serverEncoding", current_setting('client_encoding') AS "clientEncoding",
      current_setting('TimeZone') AS "timeZone", current_setting('standard_conforming_strings') AS "standardStrings"`);
  return facts!;
}

/** Reading is not enough: what cannot be recorded is not done. Throws `DatabaseNotWritable`. */
export async function checkWritable(db: Database): Promise<void> {
  const [found] = await db.$queryRaw<Writability[]>(Prisma.sql`SELECT ${Prisma.raw(WRITABILITY)}`);
  requireWritable(found!);
}

/** Each with what was found, what is expected, and the cure. */
export function findSessionProblems(facts: SessionFacts): string[] {
  const { ledgerSchema, serverEncoding, clientEncoding, timeZone, standardStrings } = facts;
  const problems: string[] = [];
  if (serverEncoding !== "UTF8")
    problems.push(
      `Its encoding is ${serverEncoding}, expected UTF8: names and addresses of other alphabets would be refused. Cure: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and pg_restore into it.`,
    );
  if (clientEncoding !== "UTF8")
    problems.push(
      `The connection's encoding is ${clientEncoding}, expected UTF8. Cure: take client_encoding out of DATABASE_URL, or ALTER ROLE … RESET client_encoding.`,
    );
  if (timeZone !== "UTC")
    problems.push(
      `The connection's time zone is ${timeZone} though UTC was set: every instant would be hours off. Cure: a pooler between that keeps TimeZone (PgBouncer does), or ALTER ROLE … SET timezone = 'UTC'.`,
    );
  if (standardStrings !== "on")
    problems.push(
      "standard_conforming_strings is off, expected on. Cure: ALTER DATABASE … RESET standard_conforming_strings, and the same of the role.",
    );
  if (ledgerSchema !== null && ledgerSchema !== "public")
    problems.push(
      `Its search_path finds the ledger in the schema ${ledgerSchema}, expected public, the only one that all of our code reads. Cure: take search_path out of DATABASE_URL and the role, and give Drumline a database of its own.`,
    );
  return problems;
}
