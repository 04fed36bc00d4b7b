import { z } from "zod";

import { CommandImpossible, packageCommand, transferCommand } from "./command.ts";
import {
  excludeLocation,
  excludeSource,
  findForeignItems,
  saveDiscrepancies,
  saveSourceDiscrepancies,
} from "./failed-items.sql.ts";

const itemIds = z.array(z.int().positive()).min(1).max(1_000).optional();

export const detectedOutOfStockItem = packageCommand({
  name: "DETECTED_OUT_OF_STOCK_ITEM",
  summary: "Items are not on the shelf, or broken: the package is planned again, these items elsewhere.",
  args: z.strictObject({
    items: itemIds.describe("Order item ids; all of the package unless given."),
    defective: z.boolean().default(false).describe("Found, but not fit to be sold."),
    discrepancy: z.boolean().default(true).describe("Plan nothing of these products here until it is cleared."),
  }),
  change: ({ items, defective, discrepancy }) => ({
    to: defective ? "DEFECTIVE_PRODUCT" : "OUT_OF_STOCK",
    attributes: { items: items ?? "all", discrepancy },
  }),
  followUp: async (tx, { id, args, at }) => {
    const items = args.items?.map(BigInt) ?? null;
    const foreign = items === null ? [] : await findForeignItems(tx, id, items);
    if (foreign.length > 0)
      throw new CommandImpossible(
        `the package does not hold the order items ${foreign.join(", ")}; nothing was changed.`,
      );
    await excludeLocation(tx, id, items, { at, discrepancy: args.discrepancy });
    if (args.discrepancy) await saveDiscrepancies(tx, id, items, at);
  },
});

export const transferOutOfStock = transferCommand({
  name: "TRANSFER_OUT_OF_STOCK",
  summary: "Goods to be transferred were not found: another source is looked for.",
  args: z.strictObject({
    items: itemIds.describe("Order item ids; all of the transfer unless given."),
    discrepancy: z.boolean().default(true).describe("Plan nothing of these products there until it is cleared."),
  }),
  change: ({ items, discrepancy }) => ({ attributes: { items: items ?? "all", discrepancy } }),
  followUp: async (tx, { id, args, at }) => {
    const items = args.items?.map(BigInt) ?? null;
    await excludeSource(tx, id, items, { at, discrepancy: args.discrepancy });
    if (args.discrepancy) await saveSourceDiscrepancies(tx, id, items, at);
  },
});
