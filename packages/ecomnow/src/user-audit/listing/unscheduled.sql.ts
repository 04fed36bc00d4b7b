import { type Database, Prisma } from "@drumline/db";
import { closeGoneProblems, openProblems, type ProblemKind, toStorableSubject } from "@drumline/problems";

import type { AuditTerms } from "../evaluate-user.ts";
import { toPlatformWord } from "../fold-name.ts";

const USERS_UNSCHEDULED: ProblemKind = {
  context: "ecomnow",
  name: "USERS_UNSCHEDULED",
  severity: "WARNING",
  cure: "Put the users' custom:platform right in Cognito, or make a schedule of the audit for that platform.",
};

const SUBJECT_TYPE = "platform";
const MOST_OPENED = 100;

type Audit = Pick<AuditTerms, "auditType" | "platform">;
const toSubject = (auditType: string, word: string) => ({ type: SUBJECT_TYPE, key: `${auditType} ${word}` });

/**
 * Tells of users whose platform no schedule of the audit names: nobody looks at them, and nobody would miss that. How many
 * they are.
 */
export async function noteUnscheduled(
  db: Database,
  { auditType, platform }: Audit,
  others: ReadonlyMap<string, number>,
  at: Date,
): Promise<number> {
  const scheduled = await loadScheduled(db, auditType);
  scheduled.add(platform);
  const unseen = [...others].filter(([word]) => !scheduled.has(word));
  await openProblems(
    db,
    unseen.slice(0, MOST_OPENED).map(([word, users]) => ({
      kind: USERS_UNSCHEDULED,
      subject: toSubject(auditType, word),
      reason: `no schedule of ${auditType} looks at users of the platform ${JSON.stringify(word)}`,
      detail: { auditType, platform: word, users },
    })),
    at,
  );
  const stillOpen = unseen.map(([word]) => toStorableSubject(toSubject(auditType, word)).key);
  await closeGoneProblems(db, {
    kind: USERS_UNSCHEDULED,
    isGone: Prisma.sql`
      starts_with(problem.subject_key, ${`${auditType} `}) AND problem.subject_key <> ALL(${stillOpen}::text[])`,
    reason: "a schedule looks at its users, or it has none",
    at,
  });
  return unseen.reduce((sum, [, users]) => sum + users, 0);
}

/** The platforms of the audit's schedules; a paused one is still one. */
async function loadScheduled(db: Database, auditType: string): Promise<Set<string>> {
  const rows = await db.$queryRaw<{ platform: string }[]>(Prisma.sql`
    SELECT DISTINCT args ->> 'platform' AS platform FROM schedule
    WHERE task = ${auditType} AND enabled AND deleted_at IS NULL AND args ->> 'platform' IS NOT NULL`);
  return new Set(rows.map(({ platform }) => toPlatformWord(platform)));
}
