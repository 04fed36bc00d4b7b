import { createHttpClient, type HttpClientOptions } from "@drumline/outbound/http";
import { z } from "zod";

import { MOST_UNITS } from "../wire-kinds.ts";
import type { InventoryGateway, RemoteStock, StockAnswer } from "./port.ts";

export interface InventoryAccess {
  readonly url: string;
  readonly token: string;
}

const QUERY = "/api/v1/stock/query";
const SKUS_PER_CALL = 500;

export function createInventoryGateway(
  { url, token }: InventoryAccess,
  http: Partial<HttpClientOptions> = {},
): InventoryGateway {
  const client = createHttpClient({
    name: "Inventory engine",
    baseUrl: url,
    headers: { authorization: `Bearer ${token}` },
    credentialsCure: "Set INVENTORY_TOKEN to a token it accepts and restart the worker; nothing was planned.",
    maxConcurrent: 4,
    ...http,
  });

  async function askChunk(skus: readonly string[], signal: AbortSignal): Promise<StockAnswer> {
    const parsed = answerSchema.safeParse(await client.query(QUERY, { skus }, signal));
    if (!parsed.success)
      throw client.unusable(
        "POST",
        QUERY,
        `answered JSON that is not { "as_of", "stock": [...], "unknown_skus": [...] }: ${parsed.error.issues[0]!.message} ` +
          `at ${parsed.error.issues[0]!.path.join(".") || "the top"}. Check INVENTORY_URL; nothing was planned.`,
      );
    const { as_of: asOf, stock, unknown_skus: unknownSkus } = parsed.data;
    return { ...readLevels(stock, new Set(skus)), unknownSkus, asOf: new Map(skus.map((sku) => [sku, asOf])) };
  }

  return {
    async askStock(skus, signal) {
      const chunks = Array.from({ length: Math.ceil(skus.length / SKUS_PER_CALL) }, (_, index) =>
        skus.slice(index * SKUS_PER_CALL, (index + 1) * SKUS_PER_CALL),
      );
      const answers = await Promise.all(chunks.map((chunk) => askChunk(chunk, signal)));
      return {
        levels: answers.flatMap(({ levels }) => levels),
        unknownSkus: answers.flatMap(({ unknownSkus }) => unknownSkus),
        problems: answers.flatMap(({ problems }) => problems),
        asOf: new Map(answers.flatMap(({ asOf }) => [...asOf])),
      };
    },
  };
}

const answerSchema = z.object({
  as_of: z.iso.datetime({ offset: true }).transform((value) => new Date(value)),
  stock: z.array(z.unknown()),
  unknown_skus: z.array(z.string()),
});

const levelSchema = z.object({
  sku: z.string(),
  erp_code: z.string(),
  quantity: z.int("expected a whole number of units").min(0, "a negative number of units").max(MOST_UNITS),
});

function readLevels(stock: readonly unknown[], asked: ReadonlySet<string>): Pick<StockAnswer, "levels" | "problems"> {
  const levels: RemoteStock[] = [];
  const problems: { sku: string; error: string }[] = [];
  for (const raw of stock) {
    const parsed = levelSchema.safeParse(raw);
    if (parsed.success && asked.has(parsed.data.sku)) {
      levels.push({ sku: parsed.data.sku, erpCode: parsed.data.erp_code, quantity: parsed.data.quantity });
    } else {
      const error = parsed.success ? "not asked for" : parsed.error.issues[0]!.message;
      problems.push({
        sku: skuOf(raw),
        error: `stock level counted as none: ${error}: ${JSON.stringify(raw).slice(0, 200)}`,
      });
    }
  }
  return { levels, problems };
}

function skuOf(raw: unknown): string {
  const sku = typeof raw === "object" && raw !== null && "sku" in raw ? raw.sku : null;
  return typeof sku === "string" ? sku : "(no sku)";
}
