import { Prisma } from "@drumline/db";

/**
 * The rows of `run` that an ordered list of ids names, looked up one by one by the primary key and locked in the list's
 * order. Nothing but the id may choose the rows: beside a condition on `status` a planner with young statistics walks the
 * index of all waiting runs for each claim, which took 370 ms at 20,000 of them. `OFFSET 0` keeps conditions outside.
 */
export const lockById = (list: "asked" | "f" | "given"): Prisma.Sql => {
  const id = Prisma.raw(`${list}.id`);
  return Prisma.sql`LATERAL (SELECT * FROM run WHERE run.id = ${id} OFFSET 0 FOR UPDATE)`;
};
