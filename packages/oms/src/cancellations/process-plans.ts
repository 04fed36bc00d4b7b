import { MINUTE_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import type { JsonObject, TaskResult } from "@drumline/core/task";

import type { OmsContext } from "../context.ts";
import { doApart, resolveRefusals } from "../imports/refused-work.ts";
import type { CarrierStatus } from "../gateways/carriers/port.ts";
import { type CarriedOut, carryOutPlans, decide } from "./carry-out-plans.ts";
import {
  claimPlans,
  countDuePlans,
  findDuePlans,
  lockClaimedPlans,
  type PlanStage,
  postponePlans,
  releasePlans,
} from "./claim-plans.sql.ts";
import { loadFacts } from "./load-facts.sql.ts";

const MOST_LISTED = 100;

/** Takes plans of a stage that are due, batch by batch, asks carriers for the parcels concerned, and carries the plans out. */
export async function processPlans(context: OmsContext<object>, stage: PlanStage): Promise<TaskResult> {
  const { db, run, clock, signal, limit, dryRun, gateways } = context;
  const { batchSize } = gateways.settings.cancellation;
  // What is due at the start: a plan that has to wait is not taken twice by one run.
  const now = clock.now();
  if (dryRun) return await rehearse(context, stage, now);
  const counts = emptyCounts();
  const backlog = await askForHelp(context, stage, now);
  for (;;) {
    signal.throwIfAborted();
    const room = Math.min(batchSize, (limit ?? Infinity) - counts.plans);
    const claimed = room > 0 ? await claimPlans(db, run.id, stage, now, room) : [];
    if (claimed.length === 0) {
      await resolveRefusals(context, now);
      return counts;
    }
    try {
      const carrierSaid = stage === "NEW" ? new Map<bigint, CarrierStatus>() : await callParcelsBack(context, claimed);
      const parts = await doApart(context, claimed, {
        what: "cancellation plan",
        work: (ids) =>
          db.$transaction(async (tx) => {
            const planIds = await lockClaimedPlans(tx, run.id, ids);
            return await carryOutPlans(tx, {
              planIds,
              carrierSaid,
              tuning: gateways.settings.cancellation,
              actor: run.task,
              at: now,
            });
          }),
        release: (refused) => postponePlans(db, run.id, refused, { until: nextAttempt(context, now), at: now }),
      });
      const done = parts.flat();
      count(context, counts, done);
      if (done.length === 0) await releasePlans(db, run.id, claimed);
    } catch (error) {
      await releasePlans(db, run.id, claimed);
      throw error;
    }
    context.progress(counts.plans, Math.max(backlog, counts.plans));
  }
}

/** Later than this run in any case, or it would never end. */
const nextAttempt = ({ gateways }: OmsContext<object>, now: Date): Date =>
  new Date(now.getTime() + Math.max(MINUTE_MS, gateways.settings.cancellation.pauseMs));

/** Counts what is due, as far as it matters, and asks for as many more runs as there are further batches. */
async function askForHelp({ db, gateways, askForHelpers }: OmsContext<object>, stage: PlanStage, now: Date) {
  const { cancellation, planHelpers } = gateways.settings;
  const backlog = await countDuePlans(db, stage, now, cancellation.batchSize * (planHelpers + 1));
  await askForHelpers(Math.ceil(backlog / cancellation.batchSize) - 1);
  return backlog;
}

/**
 * Asks carriers for the parcels of packages that wait for their cancellation. A carrier that does not answer leaves its
 * parcel as it is known; the plan is tried again.
 */
async function callParcelsBack(
  context: OmsContext<object>,
  planIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, CarrierStatus>> {
  const { db, gateways, signal, reportProblem } = context;
  const parcels = (await loadFacts(db, planIds)).flatMap(({ packages }) =>
    packages.flatMap(({ state, stateBefore, shipment }) =>
      state === "CANCELLATION_WAITING" && stateBefore === "PACKED" && shipment?.status === "CREATED" ? [shipment] : [],
    ),
  );
  const answers = new Map<bigint, CarrierStatus>();
  await Promise.all(
    parcels.map(async ({ id, carrierCode, trackingNumber }) => {
      if (trackingNumber === null) return;
      try {
        answers.set(id, await gateways.carriers.callBack(carrierCode, trackingNumber, signal));
      } catch (error) {
        signal.throwIfAborted();
        reportProblem({ recordId: `shipment ${id}`, error: `not called back: ${messageOf(error)}` });
      }
    }),
  );
  return answers;
}

const emptyCounts = () => ({
  plans: 0,
  completed: 0,
  partial: 0,
  rejected: 0,
  failed: 0,
  waiting: 0,
  unitsCancelled: 0,
  unitsReturned: 0,
  packagesCancelled: 0,
});

function count(
  { reportProblem }: Pick<OmsContext<object>, "reportProblem">,
  counts: ReturnType<typeof emptyCounts>,
  done: readonly CarriedOut[],
): void {
  counts.plans += done.length;
  for (const { decision, end } of done) {
    const key = end.isFinal ? (end.status!.toLowerCase() as "completed") : "waiting";
    counts[key] += 1;
    counts.unitsCancelled += decision.cancelled.reduce((sum, { units }) => sum + units, 0);
    counts.unitsReturned += decision.returned.reduce((sum, { units }) => sum + units, 0);
    counts.packagesCancelled += decision.packages.filter(({ kind }) => kind === "CANCEL").length;
    if (end.status === "FAILED")
      reportProblem({ recordId: `cancellation plan ${decision.facts.pk}`, error: end.error ?? "failed" });
  }
}

async function rehearse({ db, limit, gateways }: OmsContext<object>, stage: PlanStage, at: Date): Promise<TaskResult> {
  const tuning = gateways.settings.cancellation;
  const ids = await findDuePlans(db, stage, at, Math.min(tuning.batchSize, limit ?? Infinity));
  const done = (await loadFacts(db, ids)).map((facts) => decide(facts, { carrierSaid: new Map(), tuning, at }));
  const counts = emptyCounts();
  count({ reportProblem: () => undefined }, counts, done);
  return { ...counts, wouldDo: done.slice(0, MOST_LISTED).map(toListed) };
}

const toListed = ({ decision, end }: CarriedOut): JsonObject => ({
  plan: String(decision.facts.pk),
  order: decision.facts.orderNumber,
  becomes: end.status ?? "WAITING",
  items: decision.outcomes.map(({ wish, done, waiting, rejected, reason }) => ({
    order_item_pk: String(wish.itemPk),
    done,
    waiting,
    rejected,
    reason,
  })),
});
