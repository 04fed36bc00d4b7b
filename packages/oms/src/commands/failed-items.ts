import { z } from "zod";

import { applyTransitions } from "../states/index.ts";
import { CommandImpossible, defineCommand, requestOf } from "./command.ts";
import { excludeLocation, findForeignItems, saveDiscrepancies } from "./failed-items.sql.ts";

export const detectedOutOfStockItem = defineCommand({
  name: "DETECTED_OUT_OF_STOCK_ITEM",
  summary: "Items are not on the shelf, or broken: the package is planned again, these items elsewhere.",
  args: z.strictObject({
    items: z
      .array(z.int().positive())
      .min(1)
      .max(1_000)
      .optional()
      .describe("Order item ids; all of the package unless given."),
    defective: z.boolean().default(false).describe("Found, but not fit to be sold."),
    discrepancy: z.boolean().default(true).describe("Plan nothing of these products here until it is cleared."),
  }),
  async run(tx, request) {
    const { args, id, at } = request;
    const items = args.items?.map(BigInt) ?? null;
    const to = args.defective ? ("DEFECTIVE_PRODUCT" as const) : ("OUT_OF_STOCK" as const);
    const attributes = { items: args.items ?? "all", discrepancy: args.discrepancy };
    const outcome = await applyTransitions(
      tx,
      [{ entity: "package", command: "DETECTED_OUT_OF_STOCK_ITEM", to, attributes, ...requestOf(request) }],
      at,
    );
    if (outcome.applied.length === 0) return outcome;
    const foreign = items === null ? [] : await findForeignItems(tx, id, items);
    if (foreign.length > 0)
      throw new CommandImpossible(
        `the package does not hold the order items ${foreign.join(", ")}; nothing was changed.`,
      );
    await excludeLocation(tx, id, items);
    if (args.discrepancy) await saveDiscrepancies(tx, id, items, at);
    return outcome;
  },
});
