import { saveTransitions } from "@drumline/audit/state-log";
import type { Transaction } from "@drumline/db";

import { findNewProblems, type ImportProblem, resolveProblems, saveProblems } from "../imports/import-problem.ts";
import { lockCursor } from "../imports/sync-cursor.sql.ts";
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
  saveVersions,
} from "./pulled-plans.sql.ts";

/** The source of cancellation plans in sync_cursor, and the subject type of its problems. */
export const CANCELLATIONS_SOURCE = "omnitron.cancellation_plans";

/** What became of plans that were taken in. */
export interface TakenPlans {
  readonly changes: PulledPlanChanges;
  /** Problems that were not reported before. */
  readonly newProblems: readonly ImportProblem[];
}

/**
 * Takes plans in, whether a page or a webhook brought them: one at a time, so that two never bring the same new plan;
 * `process_cancellation_plans` carries them out.
 */
export async function upsertCancellationPlans(
  tx: Transaction,
  records: readonly PulledPlan[],
  at: Date,
  { byWebhook = false }: { readonly byWebhook?: boolean } = {},
): Promise<TakenPlans> {
  await lockCursor(tx, CANCELLATIONS_SOURCE);
  const changes = planPulledPlans(records, await loadKnownPlans(tx, records, { lock: true }), { byWebhook });
  await saveChanges(tx, changes, at);
  const newProblems = await findNewProblems(tx, CANCELLATIONS_SOURCE, changes.problems);
  await saveProblems(tx, CANCELLATIONS_SOURCE, changes.problems, at);
  await resolveProblems(tx, CANCELLATIONS_SOURCE, changes.resolvedRemoteIds, at);
  return { changes, newProblems };
}

async function saveChanges(tx: Transaction, changes: PulledPlanChanges, at: Date): Promise<void> {
  const { created, closed, changed, newer, withdrawn } = changes;
  const ids = await insertPlans(tx, created, "WAITING", at);
  const closedIds = await insertPlans(tx, closed, "WITHDRAWN", at);
  await saveVersions(tx, newer, at);
  await changePlans(tx, changed, at);
  await replaceWishes(tx, [
    ...created.map(({ value }) => ({ planId: ids.get(value.pk)!, items: value.items })),
    ...changed.map(({ known, record }) => ({ planId: known.id, items: record.value.items })),
  ]);
  await closeOpenWishes(
    tx,
    withdrawn.map(({ id }) => id),
  );
  const born = { entityType: "cancellation_plan", oldState: null, command: "IMPORT_CANCELLATION_PLAN", at } as const;
  await saveTransitions(tx, [
    ...[...ids.values()].map((entityId) => ({ ...born, entityId, newState: "WAITING" })),
    ...[...closedIds.values()].map((entityId) => ({ ...born, entityId, newState: "WITHDRAWN" })),
  ]);
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
