import { type Database, Prisma } from "@drumline/db";

/** What some work read of large tables: the ones it went through as a whole, and pages of them and their indexes. */
export interface PageReads {
  readonly scanned: readonly string[];
  readonly pages: number;
}

interface Counters {
  readonly name: string;
  readonly scans: number;
  readonly pages: number;
}

const LARGE_ROWS = 100_000;

/**
 * Counts what the database itself counts while `work` runs: no plan is parsed, and no query copied. A plan that reads an
 * index from end to end shows by its pages. `db` must have one connection, since each one hands its counts in by itself.
 * @param tables those to look at, whatever their size is said to be; all large ones where they are left out
 */
export async function countPageReads(
  db: Database,
  work: () => Promise<unknown>,
  tables?: readonly string[],
): Promise<PageReads> {
  const before = await loadCounters(db, tables);
  await work();
  const after = await loadCounters(db, tables);
  const grown = after.map(({ name, scans, pages }) => {
    const old = before.find((one) => one.name === name);
    return { name, scans: scans - (old?.scans ?? 0), pages: pages - (old?.pages ?? 0) };
  });
  return {
    scanned: grown.filter(({ scans }) => scans > 0).map(({ name }) => name),
    pages: grown.reduce((sum, { pages }) => sum + pages, 0),
  };
}

async function loadCounters(db: Database, tables?: readonly string[]): Promise<Counters[]> {
  const isCounted =
    tables === undefined
      ? Prisma.sql`large.reltuples > ${LARGE_ROWS}`
      : Prisma.sql`large.relname = ANY(${[...tables]}::text[])`;
  await db.$executeRaw`SELECT pg_stat_force_next_flush()`;
  return await db.$queryRaw<Counters[]>(Prisma.sql`
    SELECT large.relname AS name, seq_scan::float8 AS scans,
      (heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0))::float8 AS pages
    FROM pg_stat_user_tables JOIN pg_statio_user_tables USING (relid) JOIN pg_class large ON large.oid = relid
    WHERE ${isCounted}`);
}

/** Fills a table by one INSERT … SELECT, quickly: without its indexes, foreign keys and the log's wait, which come back after it. */
export async function fillTable(db: Database, table: string, insert: string): Promise<void> {
  const indexes = await db.$queryRaw<{ name: string; definition: string }[]>(Prisma.sql`
    SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE schemaname = 'public' AND tablename = ${table} AND indexname NOT LIKE '%_pkey'`);
  for (const { name } of indexes) await db.$executeRawUnsafe(`DROP INDEX "${name}"`);
  await db.$executeRawUnsafe("SET session_replication_role = replica");
  await db.$executeRawUnsafe(insert);
  await db.$executeRawUnsafe("RESET session_replication_role");
  for (const { definition } of indexes) await db.$executeRawUnsafe(definition);
  await db.$executeRawUnsafe(`VACUUM ANALYZE "${table}"`);
}
