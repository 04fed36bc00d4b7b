import { Prisma, type Transaction, unclaimed } from "@drumline/db";

import type { WishOutcome } from "./decide-cancellation.ts";

export interface PlanOutcome {
  readonly planId: bigint;
  readonly nextAttemptAt: Date;
  readonly error: string | null;
}

/** What became of each wish; a wish that waits stays open. */
export async function saveWishes(
  tx: Transaction,
  outcomes: readonly (WishOutcome & { readonly returned: number })[],
): Promise<void> {
  const rows = outcomes.map(({ wish, done, waiting, rejected, reason, packageId, returned }) => ({
    id: String(wish.id),
    order_item_id: wish.orderItemId === null ? null : String(wish.orderItemId),
    done,
    returned,
    status: waiting > 0 ? "PROCESSING" : statusOf(wish.done + done, rejected),
    reason,
    package_id: packageId === null ? null : String(packageId),
  }));
  await tx.$executeRaw(Prisma.sql`
    UPDATE cancellation_plan_item wish SET
      order_item_id = outcome.order_item_id, done_quantity = done_quantity + done,
      returned_quantity = returned_quantity + returned, status = outcome.status, reason = outcome.reason,
      package_id = outcome.package_id
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS outcome(
      id bigint, order_item_id bigint, done int, returned int, status cancellation_plan_status, reason text,
      package_id bigint)
    WHERE wish.id = outcome.id`);
}

/** PARTIAL: some of it was done, the rest never will be. */
export const statusOf = (done: number, rejected: number): "COMPLETED" | "REJECTED" | "PARTIAL" =>
  rejected === 0 ? "COMPLETED" : done === 0 ? "REJECTED" : "PARTIAL";

/** Counts the attempt and ends the claim. */
export async function savePlanOutcomes(tx: Transaction, outcomes: readonly PlanOutcome[], at: Date): Promise<void> {
  const rows = outcomes.map(({ planId, nextAttemptAt, error }) => ({
    id: String(planId),
    next_attempt_at: nextAttemptAt,
    error,
  }));
  await tx.$executeRaw(Prisma.sql`
    UPDATE cancellation_plan plan SET
      attempts = attempts + 1, next_attempt_at = outcome.next_attempt_at, last_error = outcome.error,
      ${unclaimed}, updated_at = ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS outcome(id bigint, next_attempt_at timestamptz, error text)
    WHERE plan.id = outcome.id`);
}
