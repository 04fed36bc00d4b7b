import { z } from "zod";

import { formatCursor, pageOf, parseCursor } from "./page.ts";
import { instant } from "./wire.ts";

/** A row's place in a list that is newest first. */
export interface Position {
  readonly at: Date;
  readonly id: string;
}

export type PageStart = { readonly olderThan: Position } | { readonly newerThan: Position } | null;

/** The answer of a list that can be read in both directions. */
export function pageBothWaysOf<Item extends z.ZodType>(item: Item) {
  return pageOf(item).extend({
    previousCursor: z.string().nullable().describe("The `cursor` of the page before this one; null on the first page."),
  });
}

interface PageBothWays<Row> {
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
  readonly previousCursor: string | null;
}

const cursorSchema = z.object({ to: z.enum(["older", "newer"]), at: instant, id: z.uuid() });

/**
 * As `loadPage`, and back again: rows that come in meanwhile shift neither direction.
 * @throws {HttpProblem} 400 for a cursor that was not made here, or for another filter
 */
export async function loadPageBothWays<Filter extends object, Row>(
  { limit, cursor, ...filter }: Filter & { limit: number; cursor?: string | undefined },
  load: (filter: Omit<Filter, "limit" | "cursor">, start: PageStart, limit: number) => Promise<readonly Row[]>,
  positionOf: (row: Row) => Position,
): Promise<PageBothWays<Row>> {
  const from = cursor === undefined ? null : parseCursor(cursor, cursorSchema, filter);
  const goesBack = from?.to === "newer";
  const start = from === null ? null : goesBack ? { newerThan: from } : { olderThan: from };
  const rows = await load(filter, start, limit + 1);
  const hasMore = rows.length > limit;
  const items = goesBack ? rows.slice(-limit) : rows.slice(0, limit);
  const cursorTo = (to: "older" | "newer", row: Row | undefined) =>
    row === undefined ? null : formatCursor({ to, ...positionOf(row) }, cursorSchema, filter);
  return {
    items,
    nextCursor: goesBack || hasMore ? cursorTo("older", items.at(-1)) : null,
    previousCursor: (goesBack ? hasMore : from !== null) ? cursorTo("newer", items[0]) : null,
  };
}
