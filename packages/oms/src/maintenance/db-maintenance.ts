import { SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import type { TaskContext, TaskResult } from "@drumline/core/task";
import { type Database, type DatabaseConnection, openConnection } from "@drumline/db";

import type { MaintenanceSettings } from "./settings.ts";
import { countDeadTuples, type TableCare, vacuumTable } from "./vacuum-table.ts";

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

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
