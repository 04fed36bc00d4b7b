import { toStorableText } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { MovementKind } from "./movement-kinds.ts";

export type { MovementKind };

/** Longer texts are cut: an index entry of PostgreSQL holds 2,700 bytes. */
const NAME_CODE_POINTS = 256;
const REASON_CODE_POINTS = 2_000;

/** What happened to pieces of one sku. It is recorded here and applied by `update_products_inventory`. */
export interface NewMovement {
  readonly sku: string;
  readonly kind: MovementKind;
  /** Pieces moved, never negative; of a count, the pieces that lay there. */
  readonly pieces: bigint;
  readonly reason?: string;
  readonly actor: string;
  /** Who reports it, and under which name: the same twice is one. `shop`, `order/17/line/1`. */
  readonly source: string;
  readonly sourceRef: string;
  readonly occurredAt: Date;
}

/** Returns how many are new; a movement that is on record already is not recorded again. */
export async function recordMovements(
  db: Database | Transaction,
  movements: readonly NewMovement[],
  at: Date,
): Promise<number> {
  if (movements.length === 0) return 0;
  const rows = movements.map(({ pieces, kind, occurredAt, reason, ...names }) => ({
    sku: toStorableText(names.sku, NAME_CODE_POINTS),
    actor: toStorableText(names.actor, NAME_CODE_POINTS),
    source: toStorableText(names.source, NAME_CODE_POINTS),
    sourceRef: toStorableText(names.sourceRef, NAME_CODE_POINTS),
    reason: reason === undefined ? null : toStorableText(reason, REASON_CODE_POINTS),
    occurredAt,
    kind,
    quantity: kind === "COUNTED" ? null : pieces.toString(),
    counted: kind === "COUNTED" ? pieces.toString() : null,
  }));
  return db.$executeRaw(Prisma.sql`
    INSERT INTO shop_movement (sku, kind, quantity, counted, reason, actor, source, source_ref, occurred_at, recorded_at)
    SELECT sku, kind::shop_movement_kind, quantity, counted, reason, actor, source, "sourceRef", "occurredAt", ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS movement(sku text, kind text, quantity bigint, counted bigint,
      reason text, actor text, source text, "sourceRef" text, "occurredAt" timestamptz)
    ORDER BY source, "sourceRef"
    ON CONFLICT (source, source_ref) DO NOTHING`);
}
