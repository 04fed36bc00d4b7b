import { saveTransitions } from "@drumline/audit/state-log";
import type { Transaction } from "@drumline/db";

import { takeUnits } from "../cancellations/take-units.ts";
import { toCause, toChanges } from "../cancellations/to-changes.ts";
import { applyTransitions } from "../states/index.ts";
import { closeItems, restoreItems, saveWithdrawals } from "./follow-changes.sql.ts";
import type { TakenChange } from "./plan-import.ts";

/** Who follows Omnitron's word, in logs and events. */
const ACTOR = "drumline";

/**
 * Carries out what newer versions of planned orders mean, set by set: what was withdrawn comes back, items are written,
 * what is cancelled is held and gets a plan, and units leave their packages. Under the locks of the orders.
 */
export async function followChanges(
  tx: Transaction,
  changes: readonly TakenChange[],
  writeItems: () => Promise<void>,
  at: Date,
): Promise<void> {
  await restoreItems(
    tx,
    changes.flatMap(({ change }) => change.restoredItemIds),
  );
  await writeItems();
  await closeItems(
    tx,
    changes.flatMap(({ change }) => change.closedItemIds),
  );
  const planIds = await saveWithdrawals(
    tx,
    changes.map(({ known, order, change }) => ({
      orderId: known.id,
      orderNumber: order.number,
      modifiedAt: order.modifiedAt,
      items: change.withdrawals,
    })),
    at,
  );
  await saveTransitions(
    tx,
    planIds.map((entityId) => ({
      entityType: "cancellation_plan",
      entityId,
      oldState: null,
      newState: "WAITING",
      command: "FOLLOW_ORDER",
      actor: ACTOR,
      at,
    })),
  );

  const taken = changes.flatMap(({ order, change }) =>
    change.taken === null ? [] : [{ ...change.taken, facts: { ...change.taken.facts, orderNumber: order.number } }],
  );
  await takeUnits(
    tx,
    taken.flatMap(({ packages, facts }) => packages.map((decision) => ({ decision, cause: toCause(facts) }))),
    ACTOR,
    at,
  );
  await applyTransitions(
    tx,
    taken.flatMap((decision) => toChanges(decision, ACTOR)),
    at,
  );
}
