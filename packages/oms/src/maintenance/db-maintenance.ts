import { SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import type { TaskContext, TaskResult } from "@drumline/core/task";
import { type Database, type DatabaseConnection, openConnection } from "@drumline/db";

import { MAINTAINED_TABLES, type MaintainedTable, type MaintenanceSettings } from "./settings.ts";

interface TableCare {
  readonly table: MaintainedTable;
  readonly durationMs: number;
  readonly deadTuplesBefore: number;
  readonly deadTuplesAfter: number;
  /** What PostgreSQL had to say, such as that the table was skipped because somebody had locked it. */
  readonly notices: readonly string[];
}

/**
 * Vacuums and analyses the busiest tables one by one (OMS guide, task 11) on a connection of its own, so that neither
 * its timeout nor its waiting reaches others. A table that fails is reported and the others go on. Throws when none
 * could be done.
 */
export async function dbMaintenance(
  context: TaskContext<object, { readonly settings: MaintenanceSettings }, Database>,
): Promise<TaskResult> {
  const { db, signal, gateways } = context;
  const { maintenanceTables, maintenanceTimeoutSeconds } = gateways.settings;
  const tables = maintenanceTables.slice(0, context.limit ?? maintenanceTables.length);
  const connection = await openConnection(db, "drumline maintenance");
  const cancel = () => void cancelOn(context, connection);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    if (context.dryRun) return { wouldVacuum: await describe(connection, tables) };
    await connection.query(`SET statement_timeout = ${maintenanceTimeoutSeconds * SECOND_MS}`);
    const done: TableCare[] = [];
    const failures: unknown[] = [];
    for (const table of tables) {
      signal.throwIfAborted();
      try {
        done.push(await vacuumTable(connection, table));
      } catch (error) {
        signal.throwIfAborted();
        failures.push(error);
        context.reportProblem({ recordId: table, error: messageOf(error) });
      }
      context.progress(done.length + failures.length, tables.length);
    }
    if (done.length === 0 && failures.length > 0) throw failures[0];
    return {
      vacuumed: done.filter(({ notices }) => notices.length === 0).length,
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

async function describe(connection: DatabaseConnection, tables: readonly TableCare["table"][]) {
  const described = [];
  for (const table of tables) described.push({ table, deadTuples: await countDeadTuples(connection, table) });
  return described;
}

/** A VACUUM hears no signal; its backend does. */
async function cancelOn(
  { db, log }: TaskContext<object, unknown, Database>,
  { backendPid }: DatabaseConnection,
): Promise<void> {
  try {
    await db.$queryRaw`SELECT pg_cancel_backend(${backendPid}::int)`;
  } catch (error) {
    log.warn({ error: messageOf(error) }, "the running VACUUM could not be cancelled; its timeout will end it");
  }
}

/** VACUUM (ANALYZE, SKIP_LOCKED) of one table. It cannot run in a transaction and takes no parameters: names come from the allow-list alone. */
async function vacuumTable(connection: DatabaseConnection, table: MaintainedTable): Promise<TableCare> {
  const name = MAINTAINED_TABLES.find((allowed) => allowed === table)!;
  const notices: string[] = [];
  const hear = ({ message }: { message?: string | undefined }) => void notices.push(message ?? "");
  const deadTuplesBefore = await countDeadTuples(connection, table);
  const startedAt = performance.now();
  connection.on("notice", hear);
  try {
    await connection.query(`VACUUM (ANALYZE, SKIP_LOCKED) "${name}"`);
  } finally {
    connection.off("notice", hear);
  }
  const durationMs = Math.round(performance.now() - startedAt);
  return { table, durationMs, deadTuplesBefore, deadTuplesAfter: await countDeadTuples(connection, table), notices };
}

/** As PostgreSQL's statistics have it; they lag behind by a second or so. */
async function countDeadTuples(connection: DatabaseConnection, table: MaintainedTable): Promise<number> {
  const { rows } = await connection.query<{ dead: string }>(
    "SELECT n_dead_tup AS dead FROM pg_stat_user_tables WHERE relid = to_regclass($1)",
    [table],
  );
  return Number(rows[0]?.dead ?? 0);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
