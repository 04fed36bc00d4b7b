/**
 * The five characters by which PostgreSQL says what went wrong (SQLSTATE), found in an error of the driver, of Prisma
 * around it, or in their causes; null where there is none.
 */
export function sqlStateOf(thrown: unknown): string | null {
  for (let error = thrown, depth = 0; error !== undefined && depth < 5; depth += 1) {
    const { code, meta, cause, originalCode } = Object(error) as SqlErrorFields;
    for (const state of [originalCode, meta?.driverAdapterError?.cause?.originalCode, code])
      if (typeof state === "string" && /^[0-9A-Z]{5}$/.test(state) && !PRISMA_CODE.test(state)) return state;
    error = cause;
  }
  return null;
}

interface SqlErrorFields {
  readonly code?: unknown;
  readonly originalCode?: unknown;
  readonly meta?: { readonly driverAdapterError?: { readonly cause?: { readonly originalCode?: unknown } } };
  readonly cause?: unknown;
}

const PRISMA_CODE = /^P\d{4}$/;
/** What Prisma's own methods say instead of a SQLSTATE of class 22 or 23: too long, broken constraint, null, out of range. */
const PRISMA_DATA_CODES = new Set(["P2000", "P2002", "P2003", "P2004", "P2006", "P2007", "P2011", "P2020", "P2033"]);

/**
 * Whether the database refused what it was given (SQLSTATE classes 22, data exception, 23, broken constraint, and 54, more
 * than it can hold): the same statement with the same data fails for ever, while the other items of its batch could be
 * written.
 */
export function isDataError(thrown: unknown): boolean {
  const state = sqlStateOf(thrown);
  if (state !== null) return /^(22|23|54)/.test(state);
  const { code } = Object(thrown) as SqlErrorFields;
  return typeof code === "string" && PRISMA_DATA_CODES.has(code);
}

/** What became of one item of a batch. */
export type Committed<Result> =
  { readonly isCommitted: true; readonly result: Result } | { readonly isCommitted: false; readonly error: unknown };

/**
 * Commits a batch in one statement; where the database refuses it for its data, in halves of halves, until the guilty
 * item is alone and fails alone with its own error. `commit` answers in the order of its items and must change nothing
 * when it throws (one statement, or a transaction of its own). Any other error than `isAboutAnItem` says is thrown.
 */
export async function commitApart<Item, Result>(
  items: readonly Item[],
  commit: (items: readonly Item[]) => Promise<readonly Result[]>,
  isAboutAnItem: (error: unknown) => boolean = isDataError,
): Promise<Committed<Result>[]> {
  try {
    const results = await commit(items);
    return results.map((result) => ({ isCommitted: true, result }));
  } catch (error) {
    if (!isAboutAnItem(error)) throw error;
    if (items.length <= 1) return items.map(() => ({ isCommitted: false, error }));
    const middle = Math.ceil(items.length / 2);
    return [
      ...(await commitApart(items.slice(0, middle), commit, isAboutAnItem)),
      ...(await commitApart(items.slice(middle), commit, isAboutAnItem)),
    ];
  }
}
