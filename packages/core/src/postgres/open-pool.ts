import pg from "pg";

import { prepareSession, type SessionSettings } from "./session.ts";
import { SteadyClient } from "./steady-client.ts";

export interface PoolOptions extends SessionSettings {
  /** Connections it may hold; who wants one more waits for up to 30 s. */
  readonly max: number;
  /** Shown in pg_stat_activity, so that an operator sees which process holds a lock. */
  readonly applicationName: string;
  /** Hears of idle connections that the server ended; they are replaced by themselves. */
  readonly onError?: (error: Error) => void;
}

/** A pool of prepared sessions that connects on first use. No end of a connection, whenever it comes, ends the process. */
export function openPool(url: string, { max, applicationName, onError = () => {}, ...settings }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: applicationName,
    connectionTimeoutMillis: 30_000,
    keepAlive: true,
    Client: SteadyClient,
    // oxlint-disable-next-line typescript/no-misused-promises -- the pool waits for it, of which its type knows nothing
    onConnect: (client) => prepareSession(client, settings),
  });
  pool.on("error", onError);
  return pool;
}
