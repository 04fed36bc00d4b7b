import { SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import {
  type JsonObject,
  pauseEnd,
  shareBacklog,
  type TaskContext,
  type TaskResult,
  workInBatches,
} from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { CarrierGateway, CarrierStatus } from "@drumline/outbound/carriers";
import { isolateRefused, resolveRefusals } from "../imports/refused-work.ts";
import type { PlanningSettings } from "../planning/settings.ts";
import type { PackageFacts, Wish } from "./cancellation-facts.ts";
import { type CarriedOut, carryOutPlans, decide } from "./carry-out-plans.ts";
import {
  claimPlans,
  countDuePlans,
  findDuePlans,
  loadPlanKeys,
  lockClaimedPlans,
  type PlanStage,
  postponePlans,
  releasePlans,
} from "./claim-plans.sql.ts";
import { loadFacts } from "./load-facts.sql.ts";
import type { CancellationSettings } from "./settings.ts";

type CancellationContext = TaskContext<
  object,
  {
    readonly carriers: Pick<CarrierGateway, "callBack">;
    readonly settings: CancellationSettings & Pick<PlanningSettings, "omsPlanHelpers">;
  },
  Database
>;

const MOST_LISTED = 100;

/** Carries out the cancellations Omnitron asked for (OMS guide, task 13). */
export const processCancellationPlans = (context: CancellationContext): Promise<TaskResult> =>
  processPlans(context, "NEW");

/** Tries cancellations again whose packages wait for a carrier or a transfer (OMS guide, task 14). */
export const rerunPlansForCancellationWaitingPackages = (context: CancellationContext): Promise<TaskResult> =>
  processPlans(context, "WAITING_FOR_PACKAGES");

/** Takes plans of a stage that are due, batch by batch, asks carriers for the parcels concerned, and carries the plans out. */
async function processPlans(context: CancellationContext, stage: PlanStage): Promise<TaskResult> {
  const { db, run, clock, dryRun, gateways } = context;
  const batchSize = gateways.settings.omsCancellationBatchSize;
  // What is due at the start: a plan that has to wait is not taken twice by one run.
  const now = clock.now();
  if (dryRun) return await dryRunPlans(context, stage, now);
  const counts = emptyCounts();
  const backlog = await shareBacklog(context, {
    batchSize,
    mostHelpers: gateways.settings.omsPlanHelpers,
    count: (most) => countDuePlans(db, stage, now, most),
  });
  await workInBatches(context, {
    batchSize,
    backlog,
    claim: (most) => claimPlans(db, run.id, stage, now, most),
    async work(claimed) {
      const done = await processBatch(context, stage, claimed, now);
      count(context, counts, done);
      if (done.length === 0) await releasePlans(db, run.id, claimed);
      return done.length;
    },
    release: (claimed) => releasePlans(db, run.id, claimed),
  });
  await resolveRefusals(context, now);
  return counts;
}

async function processBatch(
  context: CancellationContext,
  stage: PlanStage,
  claimed: readonly bigint[],
  now: Date,
): Promise<CarriedOut[]> {
  const { db, run, gateways } = context;
  const turn = { dueAt: run.dueAt, now };
  const pauseMs = gateways.settings.omsCancellationPauseSeconds * SECOND_MS;
  const carrierSaid = stage === "NEW" ? new Map<bigint, CarrierStatus>() : await callParcelsBack(context, claimed);
  const parts = await isolateRefused(context, claimed, {
    namesOf: async (ids) => new Map((await loadPlanKeys(db, ids)).map((plan) => [plan.id, toPlanName(plan)])),
    work: (ids) =>
      db.$transaction(async (tx) => {
        const planIds = await lockClaimedPlans(tx, run.id, ids);
        return await carryOutPlans(tx, { planIds, carrierSaid, settings: gateways.settings, actor: run.task, turn });
      }),
    release: (refused) => postponePlans(db, run.id, refused, { until: pauseEnd(turn, pauseMs), at: now }),
  });
  return parts.flat();
}

/**
 * Asks carriers for the parcels of packages that wait for their cancellation, and for those of transfers to them. A carrier
 * that does not answer leaves its parcel as it is known; the plan is tried again.
 */
async function callParcelsBack(
  context: CancellationContext,
  planIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, CarrierStatus>> {
  const { db, gateways, signal, reportProblem } = context;
  const parcels = (await loadFacts(db, planIds)).flatMap(({ packages, wishes }) =>
    packages
      .filter((one) => one.state === "CANCELLATION_WAITING" && isMeant(one, wishes))
      .flatMap(({ stateBefore, shipment, transfers }) =>
        stateBefore === "PACKED" ? [shipment] : transfers.map(({ parcel }) => parcel ?? null),
      )
      .flatMap((parcel) => (parcel?.status === "CREATED" ? [parcel] : [])),
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

/** Another package of the order may be held for another reason. */
const isMeant = ({ items }: PackageFacts, wishes: readonly Wish[]): boolean =>
  items.some((item) => wishes.some(({ isOpen, orderItemId }) => isOpen && orderItemId === item.orderItemId));

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
  { reportProblem }: Pick<CancellationContext, "reportProblem">,
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
    if (end.status === "FAILED") reportProblem({ recordId: toPlanName(decision.facts), error: end.error ?? "failed" });
  }
}

const toPlanName = ({ pk, orderNumber }: Pick<CarriedOut["decision"]["facts"], "pk" | "orderNumber">): string =>
  pk === null ? `order ${orderNumber} as it was changed` : `cancellation plan ${pk}`;

async function dryRunPlans(
  { db, limit, gateways }: CancellationContext,
  stage: PlanStage,
  at: Date,
): Promise<TaskResult> {
  const { settings } = gateways;
  const ids = await findDuePlans(db, stage, at, Math.min(settings.omsCancellationBatchSize, limit ?? Infinity));
  const done = (await loadFacts(db, ids)).map((facts) =>
    decide(facts, { carrierSaid: new Map(), settings, turn: { dueAt: null, now: at } }),
  );
  const counts = emptyCounts();
  count({ reportProblem: () => undefined }, counts, done);
  return { ...counts, wouldDo: done.slice(0, MOST_LISTED).map(toListed) };
}

const toListed = ({ decision, end }: CarriedOut): JsonObject => ({
  plan: decision.facts.pk === null ? null : String(decision.facts.pk),
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
