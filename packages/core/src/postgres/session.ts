import type { ClientBase } from "pg";

import { DrumlineError } from "../errors/index.ts";

/** The database answers, but takes no writes: nothing can be recorded, started or ended. */
export class DatabaseNotWritable extends DrumlineError {
  constructor(why: string) {
    super(`The database cannot be written to: ${why}`, { code: "DATABASE_NOT_WRITABLE" });
  }
}

export interface Writability {
  /** A replica, after a failover for example. */
  readonly isStandby: boolean;
  /** `on` for new transactions: hosters set it when a disk is full. */
  readonly isReadOnly: boolean;
}

/** The columns of `Writability`, for a SELECT. */
export const WRITABILITY = `pg_is_in_recovery() AS "isStandby", current_setting('transaction_read_only') = 'on' AS "isReadOnly"`;

/** @throws {DatabaseNotWritable} */
export function requireWritable({ isStandby, isReadOnly }: Writability): void {
  if (isStandby)
    throw new DatabaseNotWritable(
      "it is a standby. Let DATABASE_URL lead to the primary; processes follow by themselves.",
    );
  if (isReadOnly)
    throw new DatabaseNotWritable(
      "default_transaction_read_only is on. Hosters set it when the disk is full: make room, then ALTER DATABASE or ROLE … RESET default_transaction_read_only.",
    );
}

/** How long a session may hold the server up, in milliseconds; 0 is without a limit. */
export interface SessionLimits {
  /** One statement. */
  readonly statementMs: number;
  /** A transaction in which nothing is asked: its process is frozen or gone, and its locks stand in everybody's way. */
  readonly idleInTransactionMs: number;
  /** The wait for one lock: whoever waits for a whole table keeps everybody waiting who comes after. */
  readonly lockMs: number;
}

/** For migrations, which set their own once the lock of migrations is theirs. */
export const NO_LIMITS: SessionLimits = { statementMs: 0, idleInTransactionMs: 0, lockMs: 0 };

/** For VACUUM and whatever else takes as long as it takes, but waits for nobody's lock for ever. */
export const LOCK_LIMIT_ALONE: SessionLimits = { ...NO_LIMITS, lockMs: 30_000 };

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
 * A session on a standby is none: a pool would keep it for good while the address leads to the new primary by now.
 * @throws {DatabaseNotWritable}
 */
export async function prepareSession(client: ClientBase, { limits, schema = "" }: SessionSettings): Promise<void> {
  const { processID } = client as ClientBase & { readonly processID: number | null };
  const { rows } = await client.query<Writability>(
    `SELECT ${WRITABILITY}, set_config('TimeZone', 'UTC', false),
       CASE WHEN $1 <> '' THEN set_config('search_path', $1, false) END,
       CASE WHEN pg_backend_pid() = $2 AND current_setting('statement_timeout') = '0'
         THEN set_config('statement_timeout', $3, false) END,
       CASE WHEN pg_backend_pid() = $2 AND current_setting('idle_in_transaction_session_timeout') = '0'
         THEN set_config('idle_in_transaction_session_timeout', $4, false) END,
       CASE WHEN pg_backend_pid() = $2 AND current_setting('lock_timeout') = '0'
         THEN set_config('lock_timeout', $5, false) END`,
    [schema, processID, ...[limits.statementMs, limits.idleInTransactionMs, limits.lockMs].map(String)],
  );
  requireWritable({ isStandby: rows[0]!.isStandby, isReadOnly: false });
}
