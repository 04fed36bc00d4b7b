import { HOUR_MS } from "@drumline/core/clock";
import { isStorable } from "@drumline/core/text";
import { z } from "zod";

import { MOVEMENT_KINDS } from "./movement-kinds.ts";
import type { NewMovement } from "./record-movements.sql.ts";

const text = (most: number) =>
  z
    .string()
    .min(1, "is empty")
    .max(most, `is longer than ${most} characters`)
    .refine((value) => isStorable(value) && value.trim() === value, "begins or ends with a space, or cannot be stored");

export const skuSchema = text(200);

const WHOLE = "expected whole pieces, zero or more and at most 17 digits, such as 12";

/** Pieces of anything; exact as digits in a text beyond 2^53. */
export const piecesSchema = z
  .union([z.int(WHOLE).min(0, WHOLE), z.string().regex(/^\d{1,17}$/, WHOLE)], { error: WHOLE })
  .describe("Whole pieces; as a text where a double would not hold them.");

/** One movement as the api and files tell it. */
export const movementInputSchema = z.strictObject({
  sku: skuSchema,
  kind: z.enum(MOVEMENT_KINDS, { error: `expected one of ${MOVEMENT_KINDS.join(", ")}` }),
  pieces: piecesSchema.describe("Pieces moved, the kind says which way; of COUNTED, the pieces that lay there."),
  occurredAt: z.iso
    .datetime({ offset: true, error: "expected an instant with its zone, such as 2026-11-20T14:30:00+01:00" })
    .describe("When it happened; of COUNTED, when it was counted."),
  sourceRef: text(200).describe("Your name of it: the same from the same source is recorded once."),
  reason: text(1_000).optional(),
});

export type MovementInput = z.output<typeof movementInputSchema>;

const AHEAD_MS = HOUR_MS;

/** Why an instant is none at which something happened; null where it is one. A count of next year would outlive all that comes before it. */
export function findWrongInstant(occurredAt: Date, now: Date): string | null {
  if (occurredAt.getTime() > now.getTime() + AHEAD_MS)
    return "lies in the future: it says when it happened, not when it will";
  if (occurredAt.getUTCFullYear() < 1970) return "lies before 1970: it says when it happened";
  return null;
}

export const toMovement = (
  { pieces, occurredAt, reason, ...names }: MovementInput,
  by: { readonly actor: string; readonly source: string },
): NewMovement => ({
  ...names,
  ...(reason === undefined ? {} : { reason }),
  pieces: BigInt(pieces),
  occurredAt: new Date(occurredAt),
  ...by,
});
