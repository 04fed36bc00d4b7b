import { z } from "zod";

import type { VirtualClock } from "../clock/index.ts";
import { jsonReply, parseInput, type Route } from "../http/index.ts";
import type { OrderSource, StockLevels } from "../dataset/index.ts";
import { decideStoreActions } from "./decide-store-actions.ts";

const waitingList = z.strictObject({
  waiting: z
    .array(
      z.strictObject({
        id: z.string(),
        orderNumber: z.string(),
        erpCode: z.string(),
        skus: z.array(z.string()).min(1),
      }),
    )
    .max(5_000),
});

/** The people in the stores, asked by whoever plays them. */
export function storeRoutes(parts: { orders: OrderSource; stockLevels: StockLevels; clock: VirtualClock }): Route[] {
  return [
    {
      method: "POST",
      path: "/_sandbox/stores/decide",
      about:
        'What the stores do now about { "waiting": [{ id, orderNumber, erpCode, skus }] }: PACK, WAIT, NEVER or MISSING',
      auth: null,
      handle: ({ body }) => {
        const { waiting } = parseInput(waitingList, body, "the body");
        return jsonReply({ actions: decideStoreActions(parts, waiting, parts.clock.nowMs()) });
      },
    },
  ];
}
