import { SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import type { TaskContext, TaskResult } from "@drumline/core/task";
import { type Database, type DatabaseConnection, openConnection } from "@drumline/db";

import { countDeadTuples, findChangedTables, findNamedTables, type MaintainedTable } from "./maintained-tables.sql.ts";
import type { MaintenanceSettings } from "./settings.ts";

type Context = TaskContext<object, { readonly settings: MaintenanceSettings }, Database>;

interface TableCare {
  readonly table: string;
  readonly durationMs: number;
  readonly deadTuplesBefore: number;
  readonly deadTuplesAfter: number;
  /** What PostgreSQL had to say, such as that the table was skipped because somebody had locked it. */
  readonly notices: readonly string[];
}

/**
 * Vacuums and analyses the tables that have changed, or those of the setting, one by one (OMS guide, task 11) on a connection
 * of its own, so that neither its timeout nor its waiting reaches others. A table that fails or is skipped is a problem of the
 * run, and the others go on. Throws when every one failed.
 */
export async function dbMaintenance(context: Context): Promise<TaskResult> {
  const { db, signal, gateways } = context;
  const connection = await openConnection(db, "drumline maintenance");
  const cancel = () => void cancelOn(context, connection);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    signal.throwIfAborted();
    const tables = (await findTables(context, connection)).slice(0, context.limit ?? undefined);
    if (context.dryRun) return { wouldVacuum: tables.map(({ name: table, deadTuples }) => ({ table, deadTuples })) };
    await connection.query(`SET statement_timeout = ${gateways.settings.maintenanceTimeoutSeconds * SECOND_MS}`);
    const done: TableCare[] = [];
    const failures: unknown[] = [];
    for (const table of tables) {
      signal.throwIfAborted();
      try {
        const care = await vacuumTable(connection, table);
        done.push(care);
        if (care.notices.length > 0) context.reportProblem({ recordId: table.name, error: care.notices.join("; ") });
      } catch (error) {
        signal.throwIfAborted();
        failures.push(error);
        context.reportProblem({ recordId: table.name, error: messageOf(error) });
      }
      context.progress(done.length + failures.length, tables.length);
    }
    if (done.length === 0 && failures.length > 0) throw failures[0];
    const skipped = done.filter(({ notices }) => notices.length > 0).length;
    return {
      vacuumed: done.length - skipped,
      skipped,
      failed: failures.length,
      deadTuplesBefore: sum(done.map(({ deadTuplesBefore }) => deadTuplesBefore)),
      deadTuplesAfter: sum(done.map(({ deadTuplesAfter }) => deadTuplesAfter)),
      tables: done.map((care) => ({ ...care })),
    };
  } finally {
    signal.removeEventListener("abort", cancel);
    await connection.end();
  }
}

/** Of the setting, each by its name; without one, whatever has changed. */
async function findTables(
  { gateways, reportProblem }: Context,
  connection: DatabaseConnection,
): Promise<MaintainedTable[]> {
  const { maintenanceTables: names } = gateways.settings;
  if (names === null) return await findChangedTables(connection);
  const tables = await findNamedTables(connection, names);
  for (const name of names.filter((wanted) => tables.every((table) => table.name !== wanted)))
    reportProblem({ recordId: name, error: "there is no such table; correct DB_MAINTENANCE_TABLES" });
  return tables;
}

/** A VACUUM hears no signal; its backend does. */
async function cancelOn({ db, log }: Context, { backendPid }: DatabaseConnection): Promise<void> {
  try {
    await db.$queryRaw`SELECT pg_cancel_backend(${backendPid}::int)`;
  } catch (error) {
    log.warn({ error: messageOf(error) }, "the running VACUUM could not be cancelled; its timeout will end it");
  }
}

/** VACUUM (ANALYZE, SKIP_LOCKED) of one table. It cannot run in a transaction and takes no parameters: the name is the catalogue's own. */
async function vacuumTable(connection: DatabaseConnection, table: MaintainedTable): Promise<TableCare> {
  const notices: string[] = [];
  const hear = ({ message }: { message?: string | undefined }) => void notices.push(message ?? "");
  const startedAt = performance.now();
  connection.on("notice", hear);
  try {
    await connection.query(`VACUUM (ANALYZE, SKIP_LOCKED) ${table.identifier}`);
  } finally {
    connection.off("notice", hear);
  }
  return {
    table: table.name,
    durationMs: Math.round(performance.now() - startedAt),
    deadTuplesBefore: table.deadTuples,
    deadTuplesAfter: await countDeadTuples(connection, table),
    notices,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
