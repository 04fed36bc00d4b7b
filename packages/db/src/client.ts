import { NO_LIMITS, openPool, type SessionLimits } from "@drumline/core/postgres";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient, type Prisma } from "./generated/client.ts";

export interface DatabaseOptions {
  /** Connections this process may hold; one more waits, up to 30 s, for one of them to be free. */
  readonly maxConnections?: number;
  /** Shown in pg_stat_activity, so that an operator sees which process holds a lock. */
  readonly applicationName?: string;
  /** How long a statement may take and a transaction may idle; none without them. */
  readonly limits?: SessionLimits;
}

export type Database = PrismaClient;
/** The client inside `$transaction`. */
export type Transaction = Prisma.TransactionClient;

/** Connects on first use; `$disconnect()` ends the pool. `client.int.test.ts` shows how values travel through raw SQL. */
export function openDatabase(
  url: string,
  { maxConnections = 10, applicationName = "drumline", limits = NO_LIMITS }: DatabaseOptions = {},
): Database {
  const pool = openPool(url, { max: maxConnections, applicationName, limits });
  const adapter = new PrismaPg(pool, { disposeExternalPool: true });
  const db = new PrismaClient({
    adapter,
    // Without it every error quotes the file and the source lines of the call.
    errorFormat: "minimal",
    transactionOptions: { maxWait: 30_000, timeout: 60_000 },
  });
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
