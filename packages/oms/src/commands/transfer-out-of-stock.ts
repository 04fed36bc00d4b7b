import { z } from "zod";

import { applyTransitions } from "../states/index.ts";
import { defineCommand, requestOf } from "./command.ts";
import { excludeSource, saveSourceDiscrepancies } from "./failed-items.sql.ts";

export const transferOutOfStock = defineCommand({
  name: "TRANSFER_OUT_OF_STOCK",
  summary: "Goods to be transferred were not found: another source is looked for.",
  args: z.strictObject({
    items: z
      .array(z.int().positive())
      .min(1)
      .max(1_000)
      .optional()
      .describe("Order item ids; all of the transfer unless given."),
    discrepancy: z.boolean().default(true).describe("Plan nothing of these products there until it is cleared."),
  }),
  async run(tx, request) {
    const { args, id, at } = request;
    const outcome = await applyTransitions(
      tx,
      [{ entity: "transfer_order", command: "TRANSFER_OUT_OF_STOCK", ...requestOf(request) }],
      at,
    );
    if (outcome.applied.length === 0) return outcome;
    const items = args.items?.map(BigInt) ?? null;
    await excludeSource(tx, id, items);
    if (args.discrepancy) await saveSourceDiscrepancies(tx, id, items, at);
    return outcome;
  },
});
