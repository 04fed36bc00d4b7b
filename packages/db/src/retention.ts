import type { Database, Transaction } from "./client.ts";
import { Prisma } from "./generated/client.ts";

/**
 * Which rows of one table may be deleted, and when. Each part of Drumline declares the rules of its own tables; the task
 * `drumline.maintenance.tasks.delete_old_records` follows them all, in the order they are given.
 */
export interface RetentionRule {
  readonly table: string;
  /** Columns of the primary key. */
  readonly key: readonly string[];
  /** Rows younger than this many days stay; 0 keeps them all for ever. */
  readonly days: number;
  /** Instant the days count from, as an expression over `record` (the table) and what is `joined`. */
  readonly age: Prisma.Sql;
  /**
   * How the table is walked: by the age, which then wants an index, or by a `bigserial` key that grows with the age, which
   * needs none and ends at the first row that is too young.
   */
  readonly walk: "age" | "key";
  /** Further tables the age or the condition needs, as joins after `FROM <table> AS record`. */
  readonly joined?: Prisma.Sql;
  /** True of rows nobody waits for or refers to. `before` is the instant that the days reach back to. */
  readonly mayGo: (before: Date) => Prisma.Sql;
  /** What ends with rows that were deleted, in the transaction of their deletion. */
  readonly afterwards?: (tx: Transaction, at: Date) => Promise<void>;
}

export interface DeleteOptions {
  readonly before: Date;
  readonly at: Date;
  /** Rows looked at by one statement. */
  readonly batchSize: number;
  /** Rows deleted at most. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** The last row a statement looked at: the next one goes on after it, so that rows that stay are looked at once. */
interface Place {
  readonly age: string | null;
  readonly key: string;
}

interface Batch {
  readonly looked: number;
  readonly deleted: number;
  readonly lastAge: string | null;
  readonly lastKey: string | null;
  readonly isLastYoung: boolean;
}

/**
 * Deletes what a rule lets go, oldest first, in statements of `batchSize` rows each, until there is no more of it, the
 * limit is reached or the signal aborts. Rows that somebody else holds are left for the next time. Returns how many.
 */
export async function deleteOldRecords(
  db: Database,
  rule: RetentionRule,
  { before, at, batchSize, limit, signal }: DeleteOptions,
): Promise<number> {
  let deleted = 0;
  let place: Place | null = null;
  while (deleted < limit) {
    signal.throwIfAborted();
    const size: number = Math.min(batchSize, limit - deleted);
    const from: Place | null = place;
    const batch: Batch = await db.$transaction(async (tx) => {
      const looked = await deleteBatch(tx, rule, before, from, size);
      if (looked.deleted > 0) await rule.afterwards?.(tx, at);
      return looked;
    });
    deleted += batch.deleted;
    if (batch.looked < size || batch.isLastYoung) break;
    place = { age: batch.lastAge, key: batch.lastKey! };
  }
  return deleted;
}

/** How many rows a rule would let go now. */
export async function countOldRecords(db: Database, rule: RetentionRule, before: Date): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::float8 AS count FROM ${fromOf(rule)} WHERE ${rule.age} < ${before} AND ${rule.mayGo(before)}`);
  return row.count;
}

async function deleteBatch(
  tx: Transaction,
  rule: RetentionRule,
  before: Date,
  place: Place | null,
  size: number,
): Promise<Batch> {
  const table = Prisma.raw(rule.table);
  const key = Prisma.raw(rule.key.map((column) => `record.${column}`).join(", "));
  const keyColumns = Prisma.raw(rule.key.join(", "));
  const { where, order, keyText } = walkOf(rule, before, place);
  const [batch] = await tx.$queryRaw<[Batch]>(Prisma.sql`
    WITH looked AS MATERIALIZED (
      SELECT ${key}, ${rule.age} AS age, ${keyText} AS key_text, row_number() OVER (ORDER BY ${order}) AS place
      FROM ${fromOf(rule)} WHERE ${where} ORDER BY ${order} LIMIT ${size}
    ), old AS MATERIALIZED (
      SELECT ${key} FROM ${fromOf(rule)}
      WHERE (${key}) IN (SELECT ${keyColumns} FROM looked) AND ${rule.age} < ${before} AND ${rule.mayGo(before)}
      FOR UPDATE OF record SKIP LOCKED
    ), gone AS (
      DELETE FROM ${table} AS record WHERE (${key}) IN (SELECT ${keyColumns} FROM old) RETURNING 1
    )
    SELECT (SELECT count(*)::int FROM looked) AS looked, (SELECT count(*)::int FROM gone) AS deleted,
      last.age::text AS "lastAge", last.key_text AS "lastKey", coalesce(last.age >= ${before}, false) AS "isLastYoung"
    FROM (SELECT) AS one LEFT JOIN (SELECT age, key_text FROM looked ORDER BY place DESC LIMIT 1) AS last ON true`);
  return batch;
}

/** Which rows come next and in which order; for the walk by age, the key decides between rows of one instant. */
function walkOf({ walk, key, age }: RetentionRule, before: Date, place: Place | null) {
  if (walk === "key") {
    const column = Prisma.raw(`record.${key[0]}`);
    const where = place === null ? Prisma.sql`true` : Prisma.sql`${column} > ${place.key}::bigint`;
    return { where, order: column, keyText: Prisma.sql`${column}::text` };
  }
  const keyText = Prisma.raw(`concat_ws('/', ${key.map((column) => `record.${column}`).join(", ")})`);
  const isAfter =
    place === null
      ? Prisma.empty
      : Prisma.sql`AND ${age} >= ${place.age}::timestamptz AND (${age} > ${place.age}::timestamptz OR ${keyText} > ${place.key})`;
  return { where: Prisma.sql`${age} < ${before} ${isAfter}`, order: Prisma.sql`${age}, ${keyText}`, keyText };
}

const fromOf = ({ table, joined = Prisma.empty }: RetentionRule): Prisma.Sql =>
  Prisma.sql`${Prisma.raw(table)} AS record ${joined}`;
