import { LOCK_LIMIT_ALONE } from "@drumline/core/postgres";
import type { Client } from "pg";

import { connectToServer } from "./connect-to-server.ts";
import { type Database, urlOf } from "./client.ts";

/** A plain connection for what a pool cannot do: VACUUM, session settings, notices. The caller ends it. */
export type DatabaseConnection = Pick<Client, "query" | "on" | "off" | "end"> & { readonly backendPid: number };

/** Beside the pool of `db`, to the same database. Throws `UnreachableDatabase`. */
export async function openConnection(db: Database, applicationName: string): Promise<DatabaseConnection> {
  const client = await connectToServer(urlOf(db), applicationName, LOCK_LIMIT_ALONE);
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return Object.assign(client, { backendPid: rows[0]!.pid });
}
