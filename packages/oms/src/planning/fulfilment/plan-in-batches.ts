import { type TaskContext, workInBatches } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { toOutcome } from "@drumline/outbound/http";

import type { InventoryGateway, StockAnswer } from "../../gateways/inventory/port.ts";
import { isolateRefused, resolveRefusals } from "../../imports/refused-work.ts";
import type { PlanningSettings } from "../settings.ts";
import type { ReservationSettings } from "../../reservations/settings.ts";
import { queryStock } from "./query-stock.ts";
import { loadOrderNames, releaseClaims } from "./claim-orders.sql.ts";
import { insertMissingStock } from "./stock.sql.ts";

/** What a task that plans needs. */
export type PlanningContext = TaskContext<
  object,
  {
    readonly inventory: InventoryGateway;
    readonly settings: Pick<PlanningSettings, "omsPlanBatchSize" | "omsPlanHelpers"> &
      Pick<ReservationSettings, "omsPackedUnitsAwaitedSeconds">;
  },
  Database
>;

interface PlanningBatches {
  readonly startedAt: Date;
  readonly backlog?: number;
  /** Claims orders, but not those that are excluded. */
  readonly claim: (most: number, excluded: readonly bigint[]) => Promise<readonly bigint[]>;
  /** Plans claimed orders in one transaction, and ends their claims. */
  readonly plan: (orderIds: readonly bigint[], answer: StockAnswer) => Promise<PlannedBatch>;
  /** SKUs that are reported as unknown to the inventory engine; grows. */
  readonly unknownSkus?: Set<string>;
}

/** What became of a batch. */
export interface PlannedBatch {
  /** The others are left for a later run. */
  readonly orderIds: readonly bigint[];
  /** How much of the run's limit they used up. */
  readonly taken: number;
}

/**
 * Plans batch by batch: claims orders, asks the inventory engine about what they want, outside any transaction, and
 * plans them. Orders the database refuses are isolated; orders that were not planned are not claimed twice by one run.
 */
export async function planInBatches(
  context: PlanningContext,
  { startedAt, backlog, claim, plan, unknownSkus = new Set() }: PlanningBatches,
): Promise<void> {
  const { db, run, gateways } = context;
  const excluded: bigint[] = [];
  await workInBatches<bigint>(context, {
    batchSize: gateways.settings.omsPlanBatchSize,
    ...(backlog === undefined ? {} : { backlog }),
    claim: (most) => claim(most, excluded),
    async work(claimed) {
      try {
        const answer = await queryStock(context, claimed, unknownSkus);
        const parts = await isolateRefused(context, claimed, {
          namesOf: (ids) => loadOrderNames(db, ids),
          async work(ids) {
            await insertMissingStock(db, answer.levels, answer.asOf);
            return plan(ids, answer);
          },
          release: (refused) =>
            releaseClaims(
              db,
              run.id,
              refused.map(({ id }) => id),
            ),
        });
        const planned = new Set(parts.flatMap(({ orderIds }) => orderIds));
        excluded.push(...claimed.filter((id) => !planned.has(id)));
        return parts.reduce((sum, { taken }) => sum + taken, 0);
      } catch (error) {
        throw toOutcome(error);
      }
    },
    release: (claimed) => releaseClaims(db, run.id, claimed),
  });
  await resolveRefusals(context, startedAt);
}
