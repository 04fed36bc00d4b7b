import type { Transaction } from "@drumline/db";
import { closeProblems, openProblems, type ProblemAction, type ProblemKind } from "@drumline/problems";

import type { PackageFacts } from "./cancellation-facts.ts";
import type { CancellationDecision, WishOutcome } from "./decide-cancellation.ts";
import type { PlanEnd } from "./plan-end.ts";

interface Ended {
  readonly decision: CancellationDecision;
  readonly end: PlanEnd;
}

/** Omnitron cancelled or refunded what cannot be taken back any more. */
export const ORDER_CANCELLED_TOO_LATE: ProblemKind = {
  context: "oms",
  name: "ORDER_CANCELLED_TOO_LATE",
  severity: "ERROR",
  cure: "Stop the parcel at its carrier if that is still possible, and refund the customer; a package that is held goes on when Omnitron approves the order again. Then close this.",
};

/** Omnitron asked for a cancellation that nobody could decide in time. */
export const CANCELLATION_GAVE_UP: ProblemKind = {
  context: "oms",
  name: "CANCELLATION_GAVE_UP",
  severity: "ERROR",
  cure: "Omnitron was told that it is rejected. Ask the carrier, or look for the order in Omnitron, and cancel anew if it is still wanted.",
};

/** A cancellation names a part of a package that is packed: Omnitron is told that it is rejected. */
const PACKED_PART_NOT_CANCELLED: ProblemKind = {
  context: "oms",
  name: "PACKED_PART_NOT_CANCELLED",
  severity: "WARNING",
  cure: "The package leaves whole. Unpack it (the action): the cancellation is then carried out, and the rest is planned anew. Or let it go, and close this.",
};

/** What a person must see of plans that have ended; those of which nothing is left to see are closed. */
export async function tellProblems(tx: Transaction, ended: readonly Ended[], at: Date): Promise<void> {
  const own = ended.filter(({ decision }) => decision.facts.pk === null);
  const late = own.filter(({ decision }) => decision.outcomes.some(({ rejected }) => rejected > 0));
  const failed = ended.filter(({ decision, end }) => decision.facts.pk !== null && end.status === "FAILED");
  const ofOmnitron = ended.filter(({ decision }) => decision.facts.pk !== null);
  const packed = ofOmnitron.filter(({ decision }) => decision.outcomes.some(isPackedWithOthers));
  await openProblems(
    tx,
    [
      ...late.map(({ decision: { facts, outcomes } }) => ({
        kind: ORDER_CANCELLED_TOO_LATE,
        subject: { type: "order", key: facts.orderNumber },
        reason: outcomes
          .filter(({ rejected }) => rejected > 0)
          .map((outcome) => toReason(outcome, facts.packages))
          .join("; "),
        actions: toUnpacking(facts.packages, outcomes),
      })),
      ...packed.map(({ decision: { facts, outcomes } }) => ({
        kind: PACKED_PART_NOT_CANCELLED,
        subject: toPlanSubject(facts.pk),
        reason: `order ${facts.orderNumber}: ${outcomes
          .filter(isPackedWithOthers)
          .map((outcome) => toReason(outcome, facts.packages))
          .join("; ")}`,
        actions: toUnpacking(facts.packages, outcomes),
      })),
      ...failed.map(({ decision: { facts }, end }) => ({
        kind: CANCELLATION_GAVE_UP,
        subject: toPlanSubject(facts.pk),
        reason: `order ${facts.orderNumber}: ${end.error ?? "it failed"}`,
      })),
    ],
    at,
  );
  await closeProblems(tx, {
    kind: PACKED_PART_NOT_CANCELLED,
    subjects: ofOmnitron.filter((one) => !packed.includes(one)).map(({ decision }) => toPlanSubject(decision.facts.pk)),
    reason: "no part of it is packed with others any more",
    at,
  });
  const good = own.filter((one) => !late.includes(one)).map(({ decision }) => decision.facts.orderNumber);
  if (good.length === 0) return;
  const subjects = good.map((key) => ({ type: "order", key }));
  await closeProblems(tx, { kind: ORDER_CANCELLED_TOO_LATE, subjects, reason: "all of it is cancelled now", at });
}

const isPackedWithOthers = ({ reason }: WishOutcome): boolean => reason === "PACKED_WITH_OTHERS";

const toPlanSubject = (pk: bigint | null) => ({ type: "cancellation plan", key: String(pk) });

/** For each package that would have to be opened. */
function toUnpacking(packages: readonly PackageFacts[], outcomes: readonly WishOutcome[]): ProblemAction[] {
  const ids = new Set(outcomes.filter(isPackedWithOthers).map(({ packageId }) => packageId));
  return packages.filter(({ id }) => ids.has(id)).map(toUnpackAction);
}

/** Opens a packed package, which then follows Omnitron. */
export const toUnpackAction = ({ id, number }: Pick<PackageFacts, "id" | "number">): ProblemAction => ({
  label: `Unpack package ${number}`,
  method: "POST",
  path: `/api/v1/oms/packages/${id}/unpack`,
});

function toReason({ wish, rejected, reason, packageId }: WishOutcome, packages: readonly PackageFacts[]): string {
  const one = packages.find(({ id }) => id === packageId);
  const where = one === undefined ? "" : `, package ${one.number} is ${one.state}`;
  return `Omnitron cancelled item ${wish.itemPk}, but ${rejected} units of it cannot be taken back: ${reason}${where}`;
}
