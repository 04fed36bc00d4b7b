import { z } from "zod";

import { excerptOfJson, instant, MOST_UNITS, parseRecord, text } from "../wire-schemas.ts";
import type { RemoteStock, StockAnswer } from "./port.ts";

const answerSchema = z.object({ as_of: instant, stock: z.array(z.unknown()), unknown_skus: z.array(z.unknown()) });

const levelSchema = z.object({
  sku: text,
  erp_code: text,
  quantity: z.int("expected a whole number of units").min(0, "a negative number of units").max(MOST_UNITS),
});

/**
 * What the engine says of the SKUs it was asked for. A level that cannot be read counts as none and is listed. Throws
 * `InvalidRecord` where the answer as a whole is none.
 */
export function parseStock(answer: unknown, skus: readonly string[]): StockAnswer {
  const { as_of: asOf, stock, unknown_skus: unknown } = parseRecord(answerSchema, answer);
  const asked = new Set(skus);
  const isAsked = (sku: unknown): sku is string => typeof sku === "string" && asked.has(sku);
  return {
    ...readLevels(stock, asked),
    unknownSkus: [...new Set(unknown.filter(isAsked))],
    asOf: new Map(skus.map((sku) => [sku, asOf])),
  };
}

const MOST_PROBLEMS = 100;

function readLevels(stock: readonly unknown[], asked: ReadonlySet<string>): Pick<StockAnswer, "levels" | "problems"> {
  const levels: RemoteStock[] = [];
  const problems: { sku: string; error: string }[] = [];
  for (const raw of stock) {
    const { success, data, error } = levelSchema.safeParse(raw);
    if (success && asked.has(data.sku)) {
      levels.push({ sku: data.sku, erpCode: data.erp_code, quantity: data.quantity });
    } else if (problems.length < MOST_PROBLEMS) {
      const why = success ? "not asked for" : error.issues[0]!.message;
      problems.push({ sku: skuOf(raw), error: `stock level counted as none: ${why}: ${excerptOfJson(raw)}` });
    }
  }
  return { levels, problems };
}

function skuOf(raw: unknown): string {
  const sku = typeof raw === "object" && raw !== null && "sku" in raw ? text.safeParse(raw.sku).data : null;
  return sku ?? "(no sku)";
}
