import type { JsonObject, JsonValue } from "@drumline/core/task";
import { z } from "zod";

import { RecordNotMapped } from "../mapping/mapping.ts";
import type { Entity } from "../endpoint.sql.ts";

// NUL and halves of surrogate pairs are what Postgres cannot keep.
const word = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\0\p{Cs}]*$/u, { error: "holds characters that cannot be kept" });
const minor = z.int().min(0).max(1e15);
const currency = z.string().regex(/^[A-Z]{3}$/, { error: "expected a code such as EUR" });
const externalId = word(100);

const shapes = {
  ORDER: z.object({
    external_id: externalId,
    status: z.enum(["OPEN", "COMPLETED", "CANCELLED"]).default("OPEN"),
    currency,
    paid_minor: minor,
    placed_at: z.iso.datetime({ offset: true }),
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
    status: z.enum(["OPEN", "CLOSED", "CANCELLED"]).default("OPEN"),
    reason: word(500).nullish(),
  }),
  PRODUCT: z.looseObject({ external_id: externalId }),
  PRICE: z.looseObject({ external_id: externalId, price_minor: minor, currency }),
  STOCK: z.looseObject({ external_id: externalId, quantity: z.int().min(0).max(1_000_000_000) }),
} as const satisfies Record<Entity, z.ZodType>;

export type RecordOf<Kind extends Entity> = z.output<(typeof shapes)[Kind]>;

/** A record as we know it, with the client's own. */
export interface IncomingRecord {
  readonly externalId: string;
  readonly data: JsonObject;
  readonly raw: JsonValue;
}

/** Reads what a mapping made of a record. Throws `RecordNotMapped` with every place that is wrong. */
export function parseRecord(entity: Entity, mapped: JsonValue, raw: JsonValue): IncomingRecord {
  const parsed = shapes[entity].safeParse(mapped);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "record"}: ${message}`);
    throw new RecordNotMapped(issues.slice(0, 10).join("; "));
  }
  // Loose shapes let any text through; what jsonb cannot keep would take its whole page down.
  if (/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i.test(JSON.stringify(parsed.data)))
    throw new RecordNotMapped("it holds characters that cannot be kept (NUL, or half of a surrogate pair)");
  return { externalId: parsed.data.external_id, data: parsed.data as unknown as JsonObject, raw };
}
