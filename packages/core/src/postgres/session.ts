import type { ClientBase } from "pg";

/** How long a session may hold the server up, in milliseconds; 0 is without a limit. */
export interface SessionLimits {
  /** One statement. */
  readonly statementMs: number;
  /** A transaction in which nothing is asked: its process is frozen or gone, and its locks stand in everybody's way. */
  readonly idleInTransactionMs: number;
}

/** For migrations, VACUUM and whatever else takes as long as it takes. */
export const NO_LIMITS: SessionLimits = { statementMs: 0, idleInTransactionMs: 0 };

export interface SessionSettings {
  readonly limits: SessionLimits;
  /** The schema that unqualified names mean; the server's own choice without one. */
  readonly schema?: string | undefined;
}

/**
 * Makes a new session what our code relies on, in one round trip. Not by startup parameters: poolers refuse those they
 * do not know (PgBouncer `options` and every timeout). Prisma's adapter writes instants without an offset and drops the
 * one it reads, so in a session of another zone than UTC every instant would be hours off; poolers keep the zone per
 * client. The limits would stay on a connection that a pooler then gives to somebody else: behind one (another backend
 * answers than the login named) they are the role's own business, and so they are where role, database or URL set one.
 */
export async function prepareSession(client: ClientBase, { limits, schema = "" }: SessionSettings): Promise<void> {
  const { processID } = client as ClientBase & { readonly processID: number | null };
  await client.query(
    `SELECT set_config('TimeZone', 'UTC', false),
       CASE WHEN $1 <> '' THEN set_config('search_path', $1, false) END,
       CASE WHEN pg_backend_pid() = $2 AND current_setting('statement_timeout') = '0'
         THEN set_config('statement_timeout', $3, false) END,
       CASE WHEN pg_backend_pid() = $2 AND current_setting('idle_in_transaction_session_timeout') = '0'
         THEN set_config('idle_in_transaction_session_timeout', $4, false) END`,
    [schema, processID, String(limits.statementMs), String(limits.idleInTransactionMs)],
  );
}
