import { Prisma, type Transaction } from "@drumline/db";
import { closeGoneProblems, openProblems, type ProblemKind } from "@drumline/problems";

const USER_ACTION_FAILED: ProblemKind = {
  context: "ecomnow",
  name: "USER_ACTION_FAILED",
  severity: "WARNING",
  cure: "The action was not performed. Cure what the reason names and choose it again, or choose another one, or none.",
};

interface FailedAction {
  readonly id: bigint;
  readonly username: string;
  readonly platform: string;
  readonly action: string;
}

/** A person sees an action that could not be performed. */
export async function openFailedAction(
  tx: Transaction,
  { id, username, platform, action }: FailedAction,
  why: string,
  at: Date,
): Promise<void> {
  const problem = {
    kind: USER_ACTION_FAILED,
    subject: { type: "user audit finding", key: String(id) },
    reason: `${action} of ${username} on ${platform} failed: ${why}`,
    detail: { username, platform, action },
    actions: [{ label: "Look at the finding", method: "GET", path: `/api/v1/user-audits/${id}` } as const],
  };
  await openProblems(tx, [problem], at);
}

/** Closes what is open about actions that were performed since, about which somebody chose anew, or whose finding is closed. */
export async function closeSettledActions(tx: Transaction, at: Date): Promise<void> {
  await closeGoneProblems(tx, {
    kind: USER_ACTION_FAILED,
    isGone: Prisma.sql`NOT EXISTS (
      SELECT FROM user_audit finding
      WHERE finding.id = problem.subject_key::bigint AND finding.action_status = 'FAILED' AND finding.closed_at IS NULL)`,
    reason: "it was performed, chosen anew, or its finding is closed",
    at,
  });
}
