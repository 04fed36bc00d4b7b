import type { Database } from "@drumline/db";

import type { MovementKind } from "./movement-kinds.ts";

export interface MovementFilter {
  readonly sku?: string | undefined;
  readonly kind?: MovementKind | "CORRECTION" | undefined;
  readonly source?: string | undefined;
  readonly isApplied?: boolean | undefined;
}

/** The newest first, from the one before `beforeId` on. */
export const loadMovements = (
  db: Database,
  { sku, kind, source, isApplied }: MovementFilter,
  beforeId: bigint | null,
  limit: number,
) =>
  db.shopMovement.findMany({
    where: {
      ...(beforeId === null ? {} : { id: { lt: beforeId } }),
      ...(sku === undefined ? {} : { sku }),
      ...(kind === undefined ? {} : { kind }),
      ...(source === undefined ? {} : { source }),
      ...(isApplied === undefined ? {} : { appliedAt: isApplied ? { not: null } : null }),
    },
    orderBy: { id: "desc" },
    take: limit,
  });

export type MovementRow = Awaited<ReturnType<typeof loadMovements>>[number];
