import type { Database } from "./client.ts";
import { Prisma } from "./generated/client.ts";

export interface StateCount {
  readonly state: string;
  readonly count: number;
}

export interface CountedByState {
  readonly counts: readonly StateCount[];
  readonly total: number;
  /** False where the planner's statistics were asked instead of the rows. */
  readonly exact: boolean;
}

/** A year of a small shop is counted to the row; reading so many takes some ten milliseconds. */
const EXACT_UP_TO = 100_000;

/**
 * Rows of a table by its column `state`, at a price that does not grow with the table: counted while there are no more
 * than `exactUpTo`, beyond that as PostgreSQL's statistics have them (the size of the file, and the shares that ANALYZE
 * saw). Cheap enough to be asked every second by everyone.
 */
export async function countByState(db: Database, table: string, exactUpTo = EXACT_UP_TO): Promise<CountedByState> {
  const [estimate] = await db.$queryRaw<Estimate[]>(estimateOf(table));
  const known = estimate!.states === null ? null : toEstimated(estimate!);
  if (known !== null && known.total > 2 * exactUpTo) return known;
  const rows = await db.$queryRaw<{ state: string; count: bigint }[]>(firstByState(table, exactUpTo + 1));
  const counts = rows.map(({ state, count }) => ({ state, count: Number(count) }));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (total <= exactUpTo) return { counts, total, exact: true };
  return known ?? { counts, total, exact: false };
}

/** @returns SQL that reads no more than `limit` rows */
export const firstByState = (table: string, limit: number): Prisma.Sql => Prisma.sql`
  SELECT state::text, count(*) FROM (SELECT state FROM ${nameOf(table)} LIMIT ${limit}) AS first GROUP BY state ORDER BY state`;

interface Estimate {
  readonly total: number;
  /** Null before the first ANALYZE, which autovacuum does within a minute of some growth. */
  readonly states: readonly string[] | null;
  readonly shares: readonly number[];
}

const estimateOf = (table: string): Prisma.Sql => Prisma.sql`
  SELECT (greatest(reltuples, 0)::float8 / greatest(relpages, 1)) * (pg_relation_size(pg_class.oid) / current_setting('block_size')::int) AS total,
    most_common_vals::text::text[] AS states, most_common_freqs::float8[] AS shares
  FROM pg_class LEFT JOIN pg_stats ON schemaname = relnamespace::regnamespace::text AND tablename = relname AND attname = 'state'
  WHERE pg_class.oid = to_regclass(${table})`;

function toEstimated({ total, states, shares }: Estimate): CountedByState {
  const counts = states!.map((state, index) => ({ state, count: Math.round(total * shares[index]!) }));
  return {
    counts: counts.toSorted((left, right) => (left.state < right.state ? -1 : 1)),
    total: Math.round(total),
    exact: false,
  };
}

/** Names come from our own code; what is no plain name would be a mistake there. */
function nameOf(table: string): Prisma.Sql {
  if (!/^[a-z_]+$/.test(table)) throw new TypeError(`"${table}" is no table name`);
  return Prisma.raw(table);
}
