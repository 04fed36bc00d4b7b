import { messageOf } from "@drumline/core/errors";
import type { JsonObject } from "@drumline/core/task";
import { commitApart, type Database } from "@drumline/db";

import type { PullContext } from "../imports/read-pages.ts";
import { type AppliedTransition, applyTransitions, lockOrders, type StateChange } from "../states/index.ts";
import { countAtClosed, findOrdersAtClosed, loadAtClosed } from "./closed-locations.sql.ts";

const BATCH_SIZE = 500;

/**
 * Takes work away from locations that Omnitron has closed, or that are fulfilment centres no more, as far as nobody there
 * has begun it: a package becomes UNAVAILABLE and is planned elsewhere by task 3, a transfer out of stock for task 5 to
 * find another source. It asks what is there, not what has changed, so that a package that comes to a closed location
 * later (unblocked, let go by Omnitron, or all its goods have arrived) is found as well.
 */
export async function leaveClosedLocations(context: PullContext): Promise<JsonObject> {
  const { db, clock, dryRun, signal, run } = context;
  if (dryRun) return { ...(await countAtClosed(db)) };
  const counts = { packages: 0, transfers: 0 };
  let afterId = 0n;
  for (;;) {
    signal.throwIfAborted();
    const orderIds = await findOrdersAtClosed(db, afterId, BATCH_SIZE);
    if (orderIds.length === 0) return counts;
    afterId = orderIds.at(-1)!;
    const left = await commitApart(orderIds, async (ids) => {
      const applied = await leave(db, ids, run.task, clock.now());
      counts.packages += applied.filter(({ to }) => to === "UNAVAILABLE").length;
      counts.transfers += applied.filter(({ change }) => change.command === "SOURCE_CLOSED").length;
      return ids;
    });
    for (const [index, one] of left.entries())
      if (!one.isCommitted)
        context.reportProblem({ recordId: `order ${orderIds[index]}`, error: messageOf(one.error) });
  }
}

const leave = (
  db: Database,
  orderIds: readonly bigint[],
  actor: string,
  at: Date,
): Promise<readonly AppliedTransition[]> =>
  db.$transaction(async (tx) => {
    await lockOrders(tx, orderIds);
    const { packages, transfers } = await loadAtClosed(tx, orderIds);
    return (await applyTransitions(tx, toChanges(packages, transfers, actor), at)).applied;
  });

interface AtClosed {
  readonly id: bigint;
  readonly erpCode: string;
}

function toChanges(
  packages: readonly (AtClosed & { readonly openTransferIds: readonly bigint[] })[],
  transfers: readonly AtClosed[],
  actor: string,
): StateChange[] {
  const calledOff = new Set(packages.flatMap(({ openTransferIds }) => openTransferIds));
  const attributesOf = (erpCode: string) => ({ reason: `location ${erpCode} is closed` });
  return [
    ...[...calledOff].map((id): StateChange => ({ entity: "transfer_order", id, command: "TRANSFER_CANCEL", actor })),
    ...transfers
      .filter(({ id }) => !calledOff.has(id))
      .map(({ id, erpCode }): StateChange => {
        return { entity: "transfer_order", id, command: "SOURCE_CLOSED", actor, attributes: attributesOf(erpCode) };
      }),
    ...packages.map(({ id, erpCode }): StateChange => {
      return { entity: "package", id, command: "LOCATION_CLOSED", actor, attributes: attributesOf(erpCode) };
    }),
  ];
}
