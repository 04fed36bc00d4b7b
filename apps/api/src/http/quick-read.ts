import { SECOND_MS } from "@drumline/core/clock";
import { type Database, Prisma, sqlStateOf, type Transaction } from "@drumline/db";

import { HttpProblem } from "./problem.ts";

/** Who waits for a list any longer has asked for too much of it. */
const MOST_MS = 2 * SECOND_MS;

/**
 * Reads for a list, for two seconds at most: one that asks for too much must not hold up the others.
 * @throws {HttpProblem} 503, with what to ask instead
 */
export async function quickRead<Answer>(
  db: Database,
  read: (tx: Transaction) => Promise<Answer>,
  mostMs = MOST_MS,
): Promise<Answer> {
  try {
    return await db.$transaction(async (tx) => {
      // Of this transaction alone: the connection may be a pooler's.
      await tx.$executeRaw(Prisma.sql`SELECT set_config('statement_timeout', ${String(mostMs)}, TRUE)`);
      return read(tx);
    });
  } catch (error) {
    if (!isCutShort(error)) throw error;
    throw new HttpProblem(
      503,
      `This takes the database more than ${mostMs / SECOND_MS} s. Narrow it: a shorter time by from and to, one task or one schedule.`,
      { cause: error, code: "TOO_MUCH_ASKED" },
    );
  }
}

/** query_canceled: of `statement_timeout`, or by an operator's hand. */
const isCutShort = (error: unknown): boolean => sqlStateOf(error) === "57014";
