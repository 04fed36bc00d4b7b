import type { Database } from "@drumline/db";
import { loadBulkRows } from "@drumline/engine";

import { type BulkKind, pagesOf } from "./bulk-kind.ts";

const PAGE = 1_000;

/** Rows by filter, by ids, or those to which another action was done. */
export async function* matchRows(
  db: Database,
  kind: BulkKind,
  filter: Readonly<Record<string, unknown>>,
  askedAt: Date,
): AsyncGenerator<readonly string[]> {
  const { ids, of, ...rest } = filter as { ids?: readonly string[]; of?: string };
  if (of !== undefined) {
    yield* pagesOf(
      (after: string | null, limit) => loadBulkRows(db, of, { outcome: "DONE" }, after, limit),
      ({ rowId }) => rowId,
      ({ rowId }) => rowId,
    );
  } else if (ids !== undefined) {
    for (let at = 0; at < ids.length; at += PAGE) yield ids.slice(at, at + PAGE);
  } else yield* kind.match(rest, askedAt);
}
