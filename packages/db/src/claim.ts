import { Prisma } from "./generated/client.ts";

/**
 * A claim keeps other runs away from a row while its holder works on it outside a transaction. It is written in the row's
 * `claimed_by` and `claimed_until`, and it ends by itself by the database's clock, so that a process that died frees what
 * it had. Every claim in the contexts is built of these fragments.
 */
export const claimedFor = (runId: string, seconds: number): Prisma.Sql =>
  Prisma.sql`claimed_by = ${runId}::uuid, claimed_until = now() + make_interval(secs => ${seconds})`;

/** Rows that this run may take. A run that is tried again after its worker died takes back what its last try had. */
export function isFreeFor(runId: string, table = ""): Prisma.Sql {
  const of = Prisma.raw(table === "" ? "" : `${table}.`);
  return Prisma.sql`(${of}claimed_until IS NULL OR ${of}claimed_until < now() OR ${of}claimed_by = ${runId}::uuid)`;
}

export const isClaimedBy = (runId: string, table = ""): Prisma.Sql =>
  Prisma.sql`${Prisma.raw(table === "" ? "" : `${table}.`)}claimed_by = ${runId}::uuid`;

export const unclaimed: Prisma.Sql = Prisma.sql`claimed_by = NULL, claimed_until = NULL`;

/**
 * A CTE named `locked`: these rows of the table, locked by id. A statement that changes several rows which its transaction
 * does not hold yet joins it; else it takes them in the order in which they lie in the table, and meets in a deadlock
 * whoever takes them by id.
 */
export const lockedById = (table: string, where: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`locked AS MATERIALIZED (SELECT id FROM ${Prisma.raw(table)} WHERE ${where} ORDER BY id FOR NO KEY UPDATE)`;
