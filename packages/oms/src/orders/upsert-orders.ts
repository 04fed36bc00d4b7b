import type { Transaction } from "@drumline/db";
import { type NewProblem, openProblems, type ProblemKind } from "@drumline/problems";

import type { Reading, RemoteOrder } from "../gateways/omnitron/port.ts";
import { findNewProblems, type ImportProblem, resolveProblems, saveProblems } from "../imports/import-problem.ts";
import { lockCursor } from "../imports/sync-cursor.sql.ts";
import { loadImportSnapshot } from "./import-snapshot.sql.ts";
import { type ImportOptions, type ImportPlan, planImport } from "./plan-import.ts";
import type { OrderChange } from "./plan-order-change.ts";
import { saveImport } from "./save-import.ts";

/** The source of orders in sync_cursor, and the subject type of its problems. */
export const ORDERS_SOURCE = "omnitron.orders";

/** What became of a page of orders. */
export interface Imported {
  readonly plan: ImportPlan;
  /** Problems that were not reported before. */
  readonly newProblems: readonly ImportProblem[];
}

/**
 * Takes orders in, whether a page or a webhook brought them: one at a time, so that they meet in no other order. With
 * `again` they are what is held already, and follow as far as their packages let them by now.
 */
export async function upsertOrders(
  tx: Transaction,
  records: readonly Reading<RemoteOrder>[],
  at: Date,
  options: ImportOptions = {},
): Promise<Imported> {
  await lockCursor(tx, ORDERS_SOURCE);
  const plan = await planImport(
    records,
    await loadImportSnapshot(tx, records, { lock: true, again: options.again ?? false }),
    options,
  );
  const newProblems = await findNewProblems(tx, ORDERS_SOURCE, plan.problems);
  await saveImport(tx, plan, at);
  await saveProblems(tx, ORDERS_SOURCE, plan.problems, at);
  await resolveProblems(tx, ORDERS_SOURCE, plan.resolvedRemoteIds, at);
  await tellContradictions(tx, plan, at);
  return { plan, newProblems };
}

/** A parcel that bears what is true no more. */
const LABEL_OUT_OF_DATE: ProblemKind = {
  context: "oms",
  name: "LABEL_OUT_OF_DATE",
  severity: "WARNING",
  cure: "Have the carrier correct the parcel, or take the label off and announce the package anew; then close this.",
};

/** Omnitron wants what its own cancellation plan has cancelled. */
const CANCELLED_ITEM_WANTED: ProblemKind = {
  context: "oms",
  name: "CANCELLED_ITEM_WANTED",
  severity: "ERROR",
  cure: "If the customer wants it, add it in Omnitron as a new item, or with a higher quantity; then close this.",
};

/** These stay open until a person closes them: no later version of the order takes them back. */
async function tellContradictions(tx: Transaction, { changes, contradictions }: ImportPlan, at: Date): Promise<void> {
  const toProblems = (kind: ProblemKind, reasonsOf: (change: OrderChange) => readonly string[]): NewProblem[] =>
    changes
      .filter(({ change }) => reasonsOf(change).length > 0)
      .map(({ order, change }) => ({
        kind,
        subject: { type: "order", key: order.number },
        reason: reasonsOf(change).join("; "),
      }));
  const problems = [
    ...toProblems(LABEL_OUT_OF_DATE, ({ staleLabels }) => staleLabels),
    ...toProblems(CANCELLED_ITEM_WANTED, (change) => change.contradictions),
    ...contradictions.map(({ orderNumber, reason }) => ({
      kind: CANCELLED_ITEM_WANTED,
      subject: { type: "order", key: orderNumber },
      reason,
    })),
  ];
  await openProblems(tx, problems, at);
}
