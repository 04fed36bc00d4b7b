import type { Database, Transaction } from "@drumline/db";
import { closeProblems, openProblems, type ProblemKind } from "@drumline/problems";

import type { PlannedUpdate } from "./plan-refund-updates.ts";
import type { DueUpdate, UpdateEnding } from "./refund-update.sql.ts";

const REFUND_REFUSED: ProblemKind = {
  context: "ecomnow",
  name: "REFUND_REFUSED",
  severity: "WARNING",
  cure: "Lower or cancel a refund of the order. It is looked at again by itself as soon as there is room for it.",
};

const REFUND_NOT_TAKEN: ProblemKind = {
  context: "ecomnow",
  name: "REFUND_NOT_TAKEN",
  severity: "ERROR",
  cure: "Ask the sales channel why; then raise the refund's version, and RefundUpdates sends it anew.",
};

const toSubject = (refund: string) => ({ type: "refund", key: refund });

/** Tells of refunds that are more than was paid, and no longer of those that are not. */
export async function notePlanned(tx: Transaction, planned: readonly PlannedUpdate[], at: Date): Promise<void> {
  const refused = planned.flatMap(({ refund, refusal, amountMinor }) =>
    refusal === null
      ? []
      : [
          {
            kind: REFUND_REFUSED,
            subject: toSubject(refund.number),
            reason: refusal,
            detail: { version: refund.version, amountMinor: String(amountMinor) },
          },
        ],
  );
  const sent = planned.filter(({ refusal }) => refusal === null);
  await openProblems(tx, refused, at);
  await closeProblems(tx, {
    kind: REFUND_REFUSED,
    subjects: sent.map(({ refund }) => toSubject(refund.number)),
    reason: "there is room for it, and it is sent",
    at,
  });
}

/** Tells of refunds that the channel does not take, and no longer of those that it took. */
export async function noteEndings(
  db: Database,
  due: readonly DueUpdate[],
  endings: readonly UpdateEnding[],
  at: Date,
): Promise<void> {
  const numbers = new Map(due.map(({ id, refund }) => [id, refund]));
  const lost = endings.filter(({ status }) => status === "REJECTED" || status === "FAILED");
  await openProblems(
    db,
    lost.map(({ id, status, reason }) => ({
      kind: REFUND_NOT_TAKEN,
      subject: toSubject(numbers.get(id)!),
      reason: `the sales channel ${status === "REJECTED" ? "rejects it" : "did not take it in ten tries"}: ${reason ?? "no reason"}`,
    })),
    at,
  );
  await closeProblems(db, {
    kind: REFUND_NOT_TAKEN,
    subjects: endings.filter(({ status }) => status === "ACCEPTED").map(({ id }) => toSubject(numbers.get(id)!)),
    reason: "the sales channel accepted it",
    at,
  });
}
