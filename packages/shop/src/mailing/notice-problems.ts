import { closeProblems, openProblems, type ProblemKind } from "@drumline/problems";
import type { Transaction } from "@drumline/db";

export const NOTICE_FAILED: ProblemKind = {
  context: "shop",
  name: "SHOP_NOTICE_FAILED",
  severity: "WARNING",
  cure: "Put right what the reason names: the template (drumline mail preview shows it) or what the notice is about. Then have it tried again.",
};

const toSubject = (key: string) => ({ type: "notice", key });

export interface FailedNotice {
  readonly id: bigint;
  readonly key: string;
  readonly kind: string;
  readonly reason: string;
}

export async function openNoticeProblems(tx: Transaction, failed: readonly FailedNotice[], at: Date): Promise<void> {
  if (failed.length === 0) return;
  await openProblems(
    tx,
    failed.map(({ id, key, kind, reason }) => ({
      kind: NOTICE_FAILED,
      subject: toSubject(key),
      reason,
      detail: { noticeId: String(id), kind },
      actions: [{ label: "Try it again", method: "POST", path: `/api/v1/shop/notices/${id}/retry` }],
    })),
    at,
  );
}

export async function closeNoticeProblem(tx: Transaction, key: string, reason: string, at: Date): Promise<void> {
  await closeProblems(tx, { kind: NOTICE_FAILED, subjects: [toSubject(key)], reason, at });
}
