import type { DatabaseConnection } from "@drumline/db";

/** A table that may be vacuumed, as the database itself names it. */
export interface MaintainedTable {
  readonly name: string;
  /** Quoted where it must be: the only text that ever reaches a VACUUM. */
  readonly identifier: string;
  /** As PostgreSQL's statistics have it; they lag behind by a second or so. */
  readonly deadTuples: number;
}

const TABLES = `
  SELECT relname::text AS name, format('%I.%I', schemaname, relname) AS identifier, n_dead_tup::float8 AS "deadTuples"
  FROM pg_stat_user_tables WHERE schemaname = current_schema()`;

/**
 * Every table with churn, those with the most dead rows first: asked of the database, so that a new table is never
 * forgotten. Others' tables are left out, since only an owner may vacuum.
 */
export async function findChangedTables(connection: DatabaseConnection): Promise<MaintainedTable[]> {
  const { rows } = await connection.query<MaintainedTable>(`
    ${TABLES} AND (n_dead_tup > 0 OR n_mod_since_analyze > 0)
      AND pg_has_role((SELECT relowner FROM pg_class WHERE oid = relid), 'USAGE')
    ORDER BY n_dead_tup DESC, relname`);
  return rows;
}

/** Those of these names that there are, in the order of the names. */
export async function findNamedTables(
  connection: DatabaseConnection,
  names: readonly string[],
): Promise<MaintainedTable[]> {
  const { rows } = await connection.query<MaintainedTable>(
    `${TABLES} AND relname = ANY($1::text[]) ORDER BY array_position($1::text[], relname::text)`,
    [names],
  );
  return rows;
}

export async function countDeadTuples(connection: DatabaseConnection, { name }: MaintainedTable): Promise<number> {
  const [table] = await findNamedTables(connection, [name]);
  return table?.deadTuples ?? 0;
}
