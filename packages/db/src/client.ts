import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient, type Prisma } from "./generated/client.ts";

export interface DatabaseOptions {
  /** Connections this process may hold; one more waits, up to 30 s, for one of them to be free. */
  readonly maxConnections?: number;
  /** Shown in pg_stat_activity, so that an operator sees which process holds a lock. */
  readonly applicationName?: string;
}

export type Database = PrismaClient;
/** The client inside `$transaction`. */
export type Transaction = Prisma.TransactionClient;

/** Connects on first use; `$disconnect()` ends the pool. `client.int.test.ts` shows how values travel through raw SQL. */
export function openDatabase(
  url: string,
  { maxConnections = 10, applicationName = "drumline" }: DatabaseOptions = {},
): Database {
  const adapter = new PrismaPg({
    connectionString: inUtc(url),
    max: maxConnections,
    application_name: applicationName,
    connectionTimeoutMillis: 30_000,
  });
  const db = new PrismaClient({ adapter, transactionOptions: { maxWait: 30_000, timeout: 60_000 } });
  urls.set(db, url);
  return db;
}

const urls = new WeakMap<Database, string>();

/** Where a database that `openDatabase` opened is. */
export function urlOf(db: Database): string {
  const url = urls.get(db);
  if (url === undefined)
    throw new Error("this database was not opened by openDatabase, or is the client of a transaction");
  return url;
}

/**
 * Prisma's adapter writes instants without an offset and drops the one it reads, so in a session of any other zone every
 * instant would be hours off. Servers do come with another default: the operating system's zone.
 */
function inUtc(url: string): string {
  const parsed = new URL(url);
  const given = parsed.searchParams.get("options");
  parsed.searchParams.set("options", [given, "-c TimeZone=UTC"].filter(Boolean).join(" "));
  return parsed.href;
}
