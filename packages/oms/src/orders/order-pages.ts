import type { OmsContext } from "../context.ts";
import type { OrderPage, OrderPosition } from "../omnitron/port.ts";
import { readAhead } from "./read-ahead.ts";
import { StuckPaging } from "./stuck-paging.ts";

/** Pages of changed orders after a position, until Omnitron has no more. */
export function orderPages(
  { gateways, limit, signal }: OmsContext<object>,
  start: OrderPosition,
): AsyncIterable<OrderPage> {
  let position = start;
  const pageSize = Math.min(gateways.settings.pageSize, limit ?? Infinity);

  return readAhead<OrderPage>((previous) => {
    if (previous !== null) {
      if (!previous.hasMore) return null;
      const { end } = previous;
      if (end === null || (end.modifiedDate === position.modifiedDate && end.pk === position.pk))
        return () => Promise.reject(new StuckPaging("orders", `${position.modifiedDate}, pk ${position.pk}`));
      position = end;
    }
    return () => gateways.omnitron.readOrders(position, pageSize, signal);
  });
}
