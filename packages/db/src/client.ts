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

/** Connects on first use; `$disconnect()` ends the pool. */
export function openDatabase(
  url: string,
  { maxConnections = 10, applicationName = "drumline" }: DatabaseOptions = {},
): Database {
  const adapter = new PrismaPg({
    connectionString: url,
    max: maxConnections,
    application_name: applicationName,
    connectionTimeoutMillis: 30_000,
  });
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 30_000, timeout: 60_000 } });
}
