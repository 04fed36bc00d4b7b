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
