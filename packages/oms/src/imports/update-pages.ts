import type { OmsContext } from "../context.ts";
import type { OrderPosition, UpdatesPage } from "../gateways/omnitron/port.ts";
import { readAhead } from "./read-ahead.ts";
import { StuckPaging } from "./stuck-paging.ts";

type Read<Value> = (after: OrderPosition, limit: number, signal: AbortSignal) => Promise<UpdatesPage<Value>>;

/** Pages of what changed after a position, until Omnitron has no more; the reader stops where its limit is reached. */
export function updatePages<Value>(
  { gateways, limit, signal }: OmsContext<object>,
  what: string,
  read: Read<Value>,
  start: OrderPosition,
): AsyncIterable<UpdatesPage<Value>> {
  let position = start;
  const pageSize = Math.min(gateways.settings.pageSize, limit ?? Infinity);

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
