import { RecordNotMapped } from "@drumline/connectors/mapping";
import { isStorableInstant } from "@drumline/core/clock";
import type { JsonObject, JsonValue } from "@drumline/core/task";
import { cutText, findUnstorable } from "@drumline/core/text";
import { z } from "zod";

import type { Entity } from "../endpoint.sql.ts";

const word = (max: number) => z.string().trim().min(1).max(max);
const minor = z.int().min(0).max(1e15);
/** Systems write oversold stock as a number below zero: none is left. */
const stock = z
  .int()
  .min(-1_000_000_000)
  .max(1_000_000_000)
  .transform((quantity) => Math.max(0, quantity));
const currency = z.string().regex(/^[A-Z]{3}$/, { error: "expected a code such as EUR" });
const externalId = word(100);
/** With any offset, as the client writes it. */
const instant = z.iso
  .datetime({ offset: true })
  .max(40)
  .refine((text) => isStorableInstant(new Date(text)), {
    error: "expected an instant of the years 1 to 9999 in UTC",
  });
/** Many serialisers leave a null out: absent and null mean the same. */
const statusOf = <const Word extends string>(words: readonly [Word, ...Word[]], usual: Word) =>
  z
    .enum(words)
    .nullish()
    .transform((status): Word => status ?? usual);

const shapes = {
  ORDER: z.object({
    external_id: externalId,
    status: statusOf(["OPEN", "COMPLETED", "CANCELLED"], "OPEN"),
    currency,
    paid_minor: minor,
    placed_at: instant,
    lines: z
      .array(z.object({ sku: word(200), quantity: z.int().min(1).max(1_000_000), price_minor: minor }))
      .min(1)
      .max(1_000),
  }),
  SHIPMENT: z.object({
    external_id: externalId,
    /** The client's own id of the order. */
    order: externalId,
    tracking_number: word(200),
    carrier: word(100),
    status: word(100),
  }),
  REFUND: z.object({
    external_id: externalId,
    order: externalId,
    amount_minor: minor.min(1),
    status: statusOf(["OPEN", "CLOSED", "CANCELLED"], "OPEN"),
    reason: word(500).nullish(),
    /** What is given back. Money does not wait for a list that cannot be read: without one it is the whole order. */
    lines: z
      .array(z.object({ sku: word(200), quantity: z.int().min(1).max(1_000_000).nullish() }))
      .max(1_000)
      .nullish()
      .catch(null),
  }),
  PRODUCT: z.looseObject({ external_id: externalId }),
  PRICE: z.looseObject({ external_id: externalId, price_minor: minor, currency }),
  STOCK: z.looseObject({ external_id: externalId, quantity: stock }),
} as const satisfies Record<Entity, z.ZodType>;

export type RecordOf<Kind extends Entity> = z.output<(typeof shapes)[Kind]>;

/** A record as we know it, with the client's own. */
export interface IncomingRecord {
  readonly externalId: string;
  readonly data: JsonObject;
  readonly raw: JsonValue;
}

const MOST_ISSUES = 10;

/** Reads what a mapping made of a record. Throws `RecordNotMapped` with every place that is wrong. */
export function parseRecord(entity: Entity, mapped: JsonValue, raw: JsonValue): IncomingRecord {
  const parsed = shapes[entity].safeParse(mapped);
  if (!parsed.success) {
    const issues = parsed.error.issues
      .slice(0, MOST_ISSUES)
      .map(({ path, message }) => `${cutText(path.join("."), 100) || "record"}: ${message}`);
    throw new RecordNotMapped(issues.join("; "));
  }
  // What jsonb cannot keep would take its whole page down.
  const unstorable = findUnstorable(parsed.data);
  if (unstorable !== null) throw new RecordNotMapped(`${unstorable.path}: ${unstorable.problem}, which cannot be kept`);
  return { externalId: parsed.data.external_id, data: parsed.data as unknown as JsonObject, raw };
}
