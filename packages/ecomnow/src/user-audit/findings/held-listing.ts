import type { Transaction } from "@drumline/db";
import { closeProblems, openProblems, type ProblemKind } from "@drumline/problems";

import type { AuditTerms } from "../evaluate-user.ts";

type Audit = Pick<AuditTerms, "auditType" | "platform">;

const USER_LISTING_HELD: ProblemKind = {
  context: "ecomnow",
  name: "USER_LISTING_HELD",
  severity: "ERROR",
  cure: "Nothing is concluded from the listing. If its figures are right, confirm them, and start the audit again; else find out where the users went.",
};

/** A listing that lost too many users waits for a person. */
export async function openHeldListing(
  tx: Transaction,
  audit: Audit,
  { cycleId, reason, at }: { readonly cycleId: bigint; readonly reason: string; readonly at: Date },
): Promise<void> {
  const path = `/api/v1/user-audits/cycles/${cycleId}/confirm`;
  const actions = [{ label: "Confirm the figures", method: "POST" as const, path }];
  const detail = { cycleId: String(cycleId) };
  await openProblems(tx, [{ kind: USER_LISTING_HELD, subject: toSubject(audit), reason, detail, actions }], at);
}

export async function closeHeldListing(tx: Transaction, audit: Audit, reason: string, at: Date): Promise<void> {
  await closeProblems(tx, { kind: USER_LISTING_HELD, subjects: [toSubject(audit)], reason, at });
}

const toSubject = ({ auditType, platform }: Audit) => ({ type: "user audit", key: `${auditType} ${platform}` });
