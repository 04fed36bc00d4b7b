import { DrumlineError } from "@drumline/core/errors";
import type { TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { OmnitronGateway, OrderPosition, UpdatesPage } from "../gateways/omnitron/port.ts";
import type { ImportSettings } from "./settings.ts";

/** What pulling from Omnitron needs. */
export type PullContext = TaskContext<
  object,
  { readonly omnitron: OmnitronGateway; readonly settings: ImportSettings },
  Database
>;

/** Omnitron says there is more, but the page does not say where to go on: reading on would never end. */
export class StuckPaging extends DrumlineError {
  constructor(what: string, position: string) {
    super(
      `Omnitron has more ${what} after (${position}), but no record of that page says where it ends ` +
        "(a pk, and for orders a modified_date, beyond that position). What was readable is in; look at those records in Omnitron.",
      { code: "STUCK_PAGING" },
    );
  }
}

type Read<Value> = (after: OrderPosition, limit: number, signal: AbortSignal) => Promise<UpdatesPage<Value>>;

/** Pages of what changed after a position, until Omnitron has no more; the reader stops where its limit is reached. */
export function updatePages<Value>(
  { gateways, limit, signal }: PullContext,
  what: string,
  read: Read<Value>,
  start: OrderPosition,
): AsyncIterable<UpdatesPage<Value>> {
  let position = start;
  const pageSize = Math.min(gateways.settings.omnitronPageSize, limit ?? Infinity);

  return readAhead<UpdatesPage<Value>>((previous) => {
    if (previous !== null) {
      if (!previous.hasMore) return null;
      const { end } = previous;
      if (end === null || !isBeyond(end, position))
        return () => Promise.reject(new StuckPaging(what, `${position.modifiedDate}, pk ${position.pk}`));
      position = end;
    }
    return () => read(position, pageSize, signal);
  });
}

/** Omnitron's clock may be finer than ours: within a millisecond, another position is taken for a later one. */
function isBeyond(end: OrderPosition, start: OrderPosition): boolean {
  const stepMs = Date.parse(end.modifiedDate) - Date.parse(start.modifiedDate);
  return stepMs > 0 || (stepMs === 0 && (end.modifiedDate !== start.modifiedDate || end.pk !== start.pk));
}

/**
 * Reads a chain of pages, each one while the caller is still busy with the one before. `next` is given the page before
 * (null at first) and tells how to read on, or null at the end. The caller sees errors in the page's turn, after
 * everything before it has been handled.
 */
export async function* readAhead<Page>(
  next: (previous: Page | null) => (() => Promise<Page>) | null,
): AsyncGenerator<Page, void, void> {
  let reading = next(null)?.() ?? null;
  try {
    while (reading !== null) {
      const page = await reading;
      reading = next(page)?.() ?? null;
      // Its error is thrown when its turn comes; until then it must not count as unhandled.
      reading?.catch(() => {});
      yield page;
    }
  } finally {
    await reading?.catch(() => {});
  }
}
