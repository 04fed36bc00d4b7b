import type { Transaction } from "@drumline/db";

import type { Reading, RemoteOrder } from "../gateways/omnitron/port.ts";
import { findNewProblems, type ImportProblem, resolveProblems, saveProblems } from "../imports/import-problem.ts";
import { lockCursor } from "../imports/sync-cursor.sql.ts";
import { loadImportSnapshot } from "./import-snapshot.sql.ts";
import { type ImportPlan, planImport } from "./plan-import.ts";
import { saveImport } from "./save-import.ts";

/** The source of orders in sync_cursor, and the subject type of its problems. */
export const ORDERS_SOURCE = "omnitron.orders";

/** What became of a page of orders. */
export interface Imported {
  readonly plan: ImportPlan;
  /** Problems that were not reported before. */
  readonly newProblems: readonly ImportProblem[];
}

/** Takes orders in, whether a page or a webhook brought them: one at a time, so that they meet in no other order. */
export async function upsertOrders(
  tx: Transaction,
  records: readonly Reading<RemoteOrder>[],
  at: Date,
): Promise<Imported> {
  await lockCursor(tx, ORDERS_SOURCE);
  const plan = await planImport(records, await loadImportSnapshot(tx, records, { lock: true }));
  const newProblems = await findNewProblems(tx, ORDERS_SOURCE, plan.problems);
  await saveImport(tx, plan, at);
  await saveProblems(tx, ORDERS_SOURCE, plan.problems, at);
  await resolveProblems(tx, ORDERS_SOURCE, plan.resolvedRemoteIds, at);
  return { plan, newProblems };
}
