import { z } from "zod";

import type { VirtualClock } from "../clock/index.ts";
import { jsonReply, parseInput, type Route } from "../http/index.ts";
import type { StockLevels, Dataset } from "../dataset/index.ts";

const stockQuery = z.strictObject({
  skus: z.array(z.string().min(1)).max(500, { error: "expected at most 500 SKUs" }),
});

export interface Inventory {
  readonly stock: Dataset["stock"];
  readonly stockLevels: StockLevels;
  readonly clock: VirtualClock;
}

/** What it believes to be there, at every location that carries the SKU: 0 where it knows that it is out of stock. */
export function stockQueryRoute({ stock, stockLevels, clock }: Inventory): Route {
  return {
    method: "POST",
    path: "/api/v1/stock/query",
    about: 'Inventory engine: what is there of { "skus": [up to 500] }, per location',
    auth: "Bearer",
    handle: (request) => {
      const skus = [...new Set(parseInput(stockQuery, request.body, "the body").skus)];
      const nowMs = clock.nowMs();
      const known = skus.filter((sku) => stock.has(sku));
      return jsonReply({
        as_of: new Date(nowMs).toISOString(),
        stock: known.flatMap((sku) =>
          stockLevels.counted(sku, nowMs).map(({ erpCode, quantity }) => ({ sku, erp_code: erpCode, quantity })),
        ),
        unknown_skus: skus.filter((sku) => !stock.has(sku)),
      });
    },
  };
}
