import { createHttpClient, type HttpClientOptions } from "@drumline/outbound/http";

import { parseStock } from "./parse-stock.ts";
import type { InventoryGateway, StockAnswer } from "./port.ts";

/** Where the inventory engine is and how to log in. */
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
    const answer = await client.query(QUERY, { skus }, signal);
    try {
      return parseStock(answer, skus);
    } catch (error) {
      throw client.unusable(
        "POST",
        QUERY,
        `answered JSON that is not { "as_of", "stock": [...], "unknown_skus": [...] }: ${(error as Error).message}. ` +
          "Check INVENTORY_URL; nothing was planned.",
      );
    }
  }

  return {
    async queryStock(skus, signal) {
      const chunks = Array.from({ length: Math.ceil(skus.length / SKUS_PER_CALL) }, (_, index) =>
        skus.slice(index * SKUS_PER_CALL, (index + 1) * SKUS_PER_CALL),
      );
      const answers = await Promise.all(chunks.map((chunk) => askChunk(chunk, signal)));
      return {
        levels: answers.flatMap(({ levels }) => levels),
        unknownSkus: answers.flatMap(({ unknownSkus }) => unknownSkus),
        problems: answers.flatMap(({ problems }) => problems),
        unread: new Set(answers.flatMap(({ unread = [] }) => [...unread])),
        asOf: new Map(answers.flatMap(({ asOf }) => [...asOf])),
      };
    },
  };
}
