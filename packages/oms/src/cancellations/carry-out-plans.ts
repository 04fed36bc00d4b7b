import type { Turn } from "@drumline/core/task";
import type { Transaction } from "@drumline/db";

import type { CarrierStatus } from "@drumline/outbound/carriers";
import { saveMessages } from "../messages/messages.sql.ts";
import { applyTransitions, syncOrderStates, lockOrders, type StateChange } from "../states/index.ts";
import { tellProblems } from "./cancellation-problems.ts";
import { type CancellationDecision, decideCancellation } from "./decide-cancellation.ts";
import { linkPlans, loadFacts, loadOrderIds } from "./load-facts.sql.ts";
import { type PlanEnd, planEndOf, toResultMessage, toReturned } from "./plan-end.ts";
import { savePlanOutcomes, saveWishes } from "./save-outcomes.sql.ts";
import { saveCancellationErrors, saveCancelledUnits, saveReturnedUnits } from "./save-units.sql.ts";
import type { CancellationSettings } from "./settings.ts";
import { takeUnits } from "./take-units.ts";
import { toCause, toChanges } from "./to-changes.ts";

/** A plan's decision, and what that makes of the plan. */
export interface CarriedOut {
  readonly decision: CancellationDecision;
  readonly end: PlanEnd;
}

interface Wanted {
  /** Locked, and of different orders. */
  readonly planIds: readonly bigint[];
  readonly carrierSaid: ReadonlyMap<bigint, CarrierStatus>;
  readonly settings: CancellationSettings;
  readonly actor: string;
  readonly turn: Turn;
}

/** Decides plans and does what was decided, in one transaction: units, reservations, packages, orders, and the answer to Omnitron. */
export async function carryOutPlans(tx: Transaction, wanted: Wanted): Promise<CarriedOut[]> {
  const { planIds, actor } = wanted;
  const at = wanted.turn.now;
  await lockOrders(tx, await loadOrderIds(tx, planIds));
  await linkPlans(tx, planIds);
  const done = (await loadFacts(tx, planIds)).map((facts) => decide(facts, wanted));
  const decisions = done.map(({ decision }) => decision);
  const packageDecisions = decisions.flatMap(({ packages }) => packages);

  await saveCancelledUnits(
    tx,
    decisions.flatMap(({ cancelled }) => cancelled),
  );
  await takeUnits(
    tx,
    decisions.flatMap(({ packages, facts }) => packages.map((decision) => ({ decision, cause: toCause(facts) }))),
    actor,
    at,
  );
  await saveWishes(
    tx,
    decisions.flatMap(({ outcomes, returned }) => {
      const returnedByItem = new Map(returned.map(({ orderItemId, units }) => [orderItemId, units]));
      return outcomes.map((outcome) => ({ ...outcome, returned: toReturned(returnedByItem, outcome) }));
    }),
  );
  await saveReturnedUnits(
    tx,
    decisions.flatMap(({ returned }) => returned),
  );
  await applyTransitions(
    tx,
    [...decisions.flatMap((decision) => toChanges(decision, actor)), ...planChanges(done, actor)],
    at,
  );
  await saveCancellationErrors(
    tx,
    packageDecisions.map((decision) => ({
      packageId: decision.package.id,
      error: errorOf(decision.kind, decision.waitsFor),
    })),
  );
  await savePlanOutcomes(
    tx,
    done.map(({ decision, end }) => ({ planId: decision.facts.planId, ...end })),
    at,
  );
  await syncOrderStates(
    tx,
    decisions.flatMap(({ facts }) => facts.orderId ?? []),
    at,
  );
  const ended = done.filter(({ end }) => end.isFinal);
  await saveMessages(tx, ended.flatMap(toResultMessage), at);
  await tellProblems(tx, ended, at);
  return done;
}

/** As it would be decided now. */
export function decide(
  facts: CancellationDecision["facts"],
  { carrierSaid, settings, turn }: Pick<Wanted, "carrierSaid" | "settings" | "turn">,
): CarriedOut {
  const isLastAttempt = facts.attempts + 1 >= settings.omsCancellationMaxAttempts;
  const decision = decideCancellation(facts, { carrierSaid, isLastAttempt });
  return { decision, end: planEndOf(decision, isLastAttempt, settings, turn) };
}

const planChanges = (done: readonly CarriedOut[], actor: string): StateChange[] =>
  done.flatMap(({ decision, end }) =>
    end.status === null
      ? []
      : [
          {
            entity: "cancellation_plan",
            id: decision.facts.planId,
            command: "PROCESS_CANCELLATION_PLAN",
            to: end.status,
            actor,
          } as const,
        ],
  );

const errorOf = (kind: string, waitsFor: string | null): string | null =>
  kind === "AWAIT" ? `WAITS_FOR_${waitsFor}` : kind === "RESUME" ? "CANCELLATION_REJECTED" : null;
