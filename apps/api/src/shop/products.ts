import { correctMovements, saveProduct, skuSchema } from "@drumline/shop/commands";
import { loadProduct, loadProducts, type ProductRow } from "@drumline/shop/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, rowId } from "../http/wire.ts";
import { currencyCode } from "./order-fields.ts";

const pieces = z.string().describe("Whole pieces, exact.");

const productSchema = z
  .object({
    id: rowId,
    sku: z.string(),
    title: z.string(),
    priceMinor: z.string().nullable(),
    currency: z.string().nullable(),
    url: z.string().nullable(),
    onHand: pieces.describe("The sum of what its movements did; below zero where more left than was known."),
    reserved: pieces.describe("Held for orders."),
    safety: pieces.describe("Kept back from sale."),
    available: pieces.describe("On hand, less what is reserved, less the safety stock."),
    isOnSale: z.boolean(),
    countedAt: instant.nullable().describe("The latest count that is applied."),
    soldOutAt: instant.nullable(),
    backInStockAt: instant.nullable(),
    updatedAt: instant,
  })
  .meta({ id: "ShopProduct" });

const toView = (product: ProductRow): z.output<typeof productSchema> => ({
  ...product,
  priceMinor: product.priceMinor === null ? null : String(product.priceMinor),
  onHand: String(product.onHand),
  reserved: String(product.reserved),
  safety: String(product.safety),
  available: String(product.onHand - product.reserved - product.safety),
});

const bySku = z.strictObject({ sku: skuSchema });

export function addShopProductRoutes(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/shop/products",
    {
      schema: {
        summary: "Products of the shop and their stock, by id",
        tags: ["shop"],
        querystring: z.strictObject({
          isOnSale: z
            .enum(["true", "false"])
            .transform((word) => word === "true")
            .optional(),
          ...pageQuery({ limit: 100, most: 500 }),
        }),
        response: { 200: pageOf(productSchema) },
      },
    },
    async ({ query }) => {
      const load = (filter: { isOnSale?: boolean | undefined }, after: bigint | null, limit: number) =>
        loadProducts(db, filter, after, limit);
      const page = await loadPage(query, rowId, load, ({ id }) => id);
      return { ...page, items: page.items.map(toView) };
    },
  );

  app.get(
    "/api/v1/shop/products/:sku",
    {
      schema: {
        summary: "One product and its stock",
        tags: ["shop"],
        params: bySku,
        response: { 200: productSchema, 404: problemSchema },
      },
    },
    async ({ params: { sku } }) => {
      const product = await loadProduct(db, sku);
      if (product === null) throw noSuchProduct(sku);
      return toView(product);
    },
  );

  app.put(
    "/api/v1/shop/products/:sku",
    {
      config: { access: "operator" },
      schema: {
        summary: "Make a product, or change what is said of it",
        description:
          "Its stock is not among it: that comes by movements and counts. What waited for this sku is applied by the next run.",
        tags: ["shop"],
        params: bySku,
        body: z.strictObject({
          title: z.string().min(1).max(500),
          priceMinor: z
            .union([z.int().min(0), z.string().regex(/^\d{1,17}$/)])
            .nullable()
            .default(null),
          currency: currencyCode.nullable().default(null),
          url: z
            .url({ protocol: /^https?$/ })
            .max(2_000)
            .nullable()
            .default(null),
          safety: z.union([z.int().min(0), z.string().regex(/^\d{1,17}$/)]).default(0),
        }),
        response: { 200: productSchema, 201: productSchema },
      },
    },
    async ({ params: { sku }, body: { title, currency, url, priceMinor, safety } }, reply) => {
      const facts = { sku, title, currency, url, safety: BigInt(safety) };
      const price = priceMinor === null ? null : BigInt(priceMinor);
      const { product, isNew } = await saveProduct(db, { ...facts, priceMinor: price }, clock.now());
      return reply.status(isNew ? 201 : 200).send(toView(product));
    },
  );

  app.post(
    "/api/v1/shop/products/:sku/correct-movements",
    {
      config: { access: "operator" },
      schema: {
        summary: "Close the gap between a level and its movements",
        description:
          "Writes one movement of the kind CORRECTION that brings the sum to the level, which stays. Count the product first: nobody else knows which of the two is right.",
        tags: ["shop"],
        params: bySku,
        body: z.strictObject({ reason: z.string().trim().min(1).max(1_000) }),
        response: {
          200: z.object({
            onHand: pieces,
            movements: pieces.describe("Their sum before; equal where there was no gap."),
          }),
          404: problemSchema,
        },
      },
    },
    async (request) => {
      const { sku } = request.params;
      const words = { actor: whoAsks(request), reason: request.body.reason };
      const gap = await correctMovements(db, { sku, ...words, at: clock.now() });
      if (gap === null) throw noSuchProduct(sku);
      return { onHand: String(gap.onHand), movements: String(gap.movements) };
    },
  );
}

const noSuchProduct = (sku: string): HttpProblem =>
  new HttpProblem(404, `There is no product with the sku ${sku}; GET /api/v1/shop/products lists them.`);
