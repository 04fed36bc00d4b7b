import type { DatabaseConnection } from "@drumline/db";

import { MAINTAINED_TABLES, type MaintainedTable } from "./maintained-tables.ts";

export interface TableCare {
  readonly table: MaintainedTable;
  readonly durationMs: number;
  readonly deadTuplesBefore: number;
  readonly deadTuplesAfter: number;
  /** What PostgreSQL had to say, such as that the table was skipped because somebody had locked it. */
  readonly notices: readonly string[];
}

/** VACUUM (ANALYZE, SKIP_LOCKED) of one table. It cannot run in a transaction and takes no parameters: names come from the allow-list alone. */
export async function vacuumTable(connection: DatabaseConnection, table: MaintainedTable): Promise<TableCare> {
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
export async function countDeadTuples(connection: DatabaseConnection, table: MaintainedTable): Promise<number> {
  const { rows } = await connection.query<{ dead: string }>(
    "SELECT n_dead_tup AS dead FROM pg_stat_user_tables WHERE relid = to_regclass($1)",
    [table],
  );
  return Number(rows[0]?.dead ?? 0);
}
