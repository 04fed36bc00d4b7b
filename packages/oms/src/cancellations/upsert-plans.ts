import { saveTransitions } from "@drumline/audit/state-log";
import type { Transaction } from "@drumline/db";

import { saveMessages } from "../messages/messages.sql.ts";
import { applyTransitions, type StateChange, syncOrderStates } from "../states/index.ts";
import { toWithdrawnMessage } from "./plan-end.ts";
import { type PulledPlan, type PulledPlanChanges, planPulledPlans } from "./plan-pulled-plans.ts";
import {
  changePlans,
  closeOpenWishes,
  insertPlans,
  loadKnownPlans,
  loadOrdersOfPlans,
  replaceWishes,
} from "./pulled-plans.sql.ts";

/** Takes plans in, whether a page or a webhook brought them; `process_cancellation_plans` carries them out. */
export async function upsertCancellationPlans(
  tx: Transaction,
  records: readonly PulledPlan[],
  at: Date,
): Promise<PulledPlanChanges> {
  const changes = planPulledPlans(records, await loadKnownPlans(tx, records, { lock: true }));
  const { created, changed, withdrawn } = changes;
  const ids = await insertPlans(tx, created, at);
  await changePlans(tx, changed, at);
  await replaceWishes(tx, [
    ...created.map(({ value }) => ({ planId: ids.get(value.pk)!, items: value.items })),
    ...changed.map(({ known, record }) => ({ planId: known.id, items: record.value.items })),
  ]);
  await closeOpenWishes(
    tx,
    withdrawn.map(({ id }) => id),
  );
  await saveTransitions(
    tx,
    [...ids.values()].map((entityId) => ({
      entityType: "cancellation_plan",
      entityId,
      oldState: null,
      newState: "WAITING",
      command: "IMPORT_CANCELLATION_PLAN",
      at,
    })),
  );
  await applyTransitions(tx, transitionsOf(changes), at);
  const begun = [...changed.map(({ known }) => known), ...withdrawn].filter(({ status }) => status === "PROCESSING");
  // What was held for a plan may go on without it.
  await syncOrderStates(
    tx,
    await loadOrdersOfPlans(
      tx,
      begun.map(({ id }) => id),
    ),
    at,
  );
  await saveMessages(tx, await withdrawnMessages(tx, withdrawn), at);
  return changes;
}

/** Counted as a run tells it. */
export const countTaken = ({ created, changed, withdrawn }: PulledPlanChanges): number =>
  created.length + changed.length + withdrawn.length;

const transitionsOf = ({ changed, withdrawn }: PulledPlanChanges): StateChange[] => [
  ...changed
    .filter(({ known }) => known.status !== "WAITING")
    .map(
      ({ known: { id } }) =>
        ({ entity: "cancellation_plan", id, command: "CHANGE_CANCELLATION_PLAN", actor: "drumline" }) as const,
    ),
  ...withdrawn.map(
    ({ id }) =>
      ({ entity: "cancellation_plan", id, command: "WITHDRAW_CANCELLATION_PLAN", actor: "drumline" }) as const,
  ),
];

/** A plan of which a part was carried out before is answered: Omnitron does not know of that part. */
async function withdrawnMessages(tx: Transaction, withdrawn: PulledPlanChanges["withdrawn"]) {
  const begun = withdrawn.filter(({ items }) => items.some(({ done }) => done > 0));
  if (begun.length === 0) return [];
  return await Promise.all(
    begun.map(async (plan) => toWithdrawnMessage(plan, (await loadOrdersOfPlans(tx, [plan.id]))[0] ?? null)),
  );
}
