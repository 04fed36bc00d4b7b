import type { TaskResult } from "@drumline/core/task";
import { toOutcome } from "@drumline/outbound/http";

import type { OmsContext } from "../../context.ts";
import { doApart, resolveRefusals } from "../../imports/refused-work.ts";
import { askStock } from "./ask-stock.ts";
import { claimWaitingOrders, countWaitingOrders, releaseClaims } from "./claim-orders.sql.ts";
import { planBatch } from "./plan-batch.ts";
import { createPlanTally } from "./plan-counts.ts";
import { preparePlanning } from "./planning-setup.ts";
import { rehearseFulfilment } from "./dry-run-fulfilment.ts";

/** Plans waiting orders into packages (OMS guide, task 2), batch by batch, until none is left, the limit is reached or the signal says stop. */
export async function fulfilWaitingOrders(context: OmsContext<object>): Promise<TaskResult> {
  const { db, signal, limit, run, gateways, clock } = context;
  const backlog = await askForHelp(context);
  if (backlog === 0) return createPlanTally().counts();
  const setup = await preparePlanning(context);
  if (context.dryRun) return await rehearseFulfilment(context, setup);

  const startedAt = clock.now();
  const tally = createPlanTally();
  const passedOver: bigint[] = [];
  for (;;) {
    signal.throwIfAborted();
    const room = Math.min(gateways.settings.planBatchSize, (limit ?? Infinity) - tally.orders());
    const claimed = room > 0 ? await claimWaitingOrders(db, run.id, room, passedOver) : [];
    if (claimed.length === 0) {
      await resolveRefusals(context, startedAt);
      return tally.counts();
    }
    try {
      const answer = await askStock(context, claimed, tally);
      const parts = await doApart(context, claimed, {
        what: "order",
        work: (ids) => planBatch(context, ids, answer, setup),
        release: (refused) =>
          releaseClaims(
            db,
            run.id,
            refused.map(({ id }) => id),
          ),
      });
      const plans = parts.flat();
      const planned = new Set(plans.map(({ order }) => order.id));
      passedOver.push(...claimed.filter((id) => !planned.has(id)));
      tally.add(plans);
    } catch (error) {
      await releaseClaims(db, run.id, claimed);
      throw toOutcome(error);
    }
    context.progress(tally.orders(), Math.max(backlog, tally.orders()));
  }
}

/** Counts what waits, as far as it matters, and asks for as many more runs as there are further batches. */
async function askForHelp({ db, gateways, askForHelpers }: OmsContext<object>): Promise<number> {
  const { planBatchSize, planHelpers } = gateways.settings;
  const backlog = await countWaitingOrders(db, planBatchSize * (planHelpers + 1));
  await askForHelpers(Math.ceil(backlog / planBatchSize) - 1);
  return backlog;
}
