import { z } from "zod";

import { excerptOfJson, instant, parseRecord, text } from "@drumline/outbound/records";
import { placeOf, type RemoteStock, type StockAnswer, type StockProblem } from "./port.ts";

const answerSchema = z.object({ as_of: instant, stock: z.array(z.unknown()), unknown_skus: z.array(z.unknown()) });

/** More than anybody can order, and little enough that sums of it fit Postgres' integer. */
const AS_GOOD_AS_ENDLESS = 1_000_000_000;

/** A number with more digits than a double holds arrives as its digits. */
const quantity = z
  .preprocess(
    (value) => (typeof value === "string" && /^\d{16,400}$/.test(value) ? AS_GOOD_AS_ENDLESS : value),
    z.int("expected a whole number of units").min(0, "a negative number of units"),
  )
  .transform((units) => Math.min(units, AS_GOOD_AS_ENDLESS));

const levelSchema = z.object({ sku: text, erp_code: text, quantity });

/**
 * What the engine says of the SKUs it was asked for. A record that cannot be read says nothing of its level, and is listed.
 * Throws `InvalidRecord` where the answer as a whole is none.
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

function readLevels(
  stock: readonly unknown[],
  asked: ReadonlySet<string>,
): Pick<StockAnswer, "levels" | "problems" | "unread"> {
  const levels: RemoteStock[] = [];
  const problems: StockProblem[] = [];
  const unread = new Set<string>();
  for (const raw of stock) {
    const { success, data, error } = levelSchema.safeParse(raw);
    if (success && asked.has(data.sku)) {
      levels.push({ sku: data.sku, erpCode: data.erp_code, quantity: data.quantity });
      continue;
    }
    const sku = wordOf(raw, "sku");
    const erpCode = wordOf(raw, "erp_code");
    if (!success) addUnread(unread, sku, erpCode, asked);
    if (problems.length >= MOST_PROBLEMS) continue;
    const why = success ? "not asked for" : error.issues[0]!.message;
    const told = `stock record passed over, the level stays as it was: ${why}: ${excerptOfJson(raw)}`;
    problems.push({ sku: sku ?? "(no sku)", erpCode, error: told });
  }
  return { levels, problems, unread };
}

/** What is not mentioned otherwise may be what the record was about. */
function addUnread(unread: Set<string>, sku: string | null, erpCode: string | null, asked: ReadonlySet<string>): void {
  const meant = sku === null ? asked : [sku];
  for (const one of meant) unread.add(erpCode === null ? one : placeOf(erpCode, one));
}

const wordOf = (raw: unknown, field: string): string | null =>
  (typeof raw === "object" && raw !== null ? text.safeParse((raw as Record<string, unknown>)[field]).data : null) ??
  null;
