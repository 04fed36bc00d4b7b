import { type Database, literals, Prisma, type Transaction } from "@drumline/db";

import { closeSettledActions, openFailedAction } from "../failed-actions.sql.ts";
import { type Action, type ActionStatus, type AuditType, DESTRUCTIVE_ACTIONS } from "../finding.ts";
import { toPlatformWord } from "../fold-name.ts";

/** A finding about which a person chose an action. */
export interface ChosenAction {
  readonly id: bigint;
  readonly auditType: AuditType;
  readonly platform: string;
  readonly username: string;
  readonly awsSub: string | null;
  readonly email: string | null;
  readonly userCreatedAt: Date;
  readonly months: number | null;
  readonly closedAt: Date | null;
  /** Other platforms that list the user, as whoever chose could see; null for a finding that did not say. */
  readonly elsewhere: readonly string[] | null;
  readonly action: Exclude<Action, "NONE">;
  readonly decisionNo: number;
  readonly actionSetBy: string | null;
  readonly confirmedBy: string | null;
}

/** Which of what was chosen is performed. */
export interface Performable {
  readonly platform: string | undefined;
  /** What takes something from a user waits until a second person has confirmed it. */
  readonly secondPerson: boolean;
}

const columns = Prisma.sql`
  id, audit_type::text AS "auditType", platform, username, aws_sub AS "awsSub", email, user_created_at AS "userCreatedAt",
  months, closed_at AS "closedAt", elsewhere, action::text, decision_no AS "decisionNo", action_set_by AS "actionSetBy",
  confirmed_by AS "confirmedBy"`;

/** Waits for a second person; what has begun does not. */
export const AWAITS_CONFIRMATION = Prisma.sql`(action_status = 'PENDING' AND confirmed_by IS NULL
  AND action IN (${literals(DESTRUCTIVE_ACTIONS)}))`;

/** Findings whose action is chosen, of the table `user_audit`. */
const isChosen = (platform: string | undefined, afterId: bigint): Prisma.Sql => Prisma.sql`
  action_status IN ('PENDING', 'IN_PROGRESS') AND id > ${afterId}
  AND (${platform ?? null}::text IS NULL OR platform = ${platform === undefined ? null : toPlatformWord(platform)})`;

const isToPerform = ({ platform, secondPerson }: Performable, afterId: bigint): Prisma.Sql => Prisma.sql`
  ${isChosen(platform, afterId)} AND NOT (${secondPerson} AND ${AWAITS_CONFIRMATION})`;

/** The next ones by id, marked as begun. What an earlier run left in progress is taken up too: the caller holds the lease. */
export async function claimActions(
  db: Database,
  which: Performable,
  { afterId, limit, claimedBy }: { afterId: bigint; limit: number; claimedBy: string },
): Promise<ChosenAction[]> {
  const rows = await db.$queryRaw<ChosenAction[]>(Prisma.sql`
    UPDATE user_audit SET action_status = 'IN_PROGRESS', claimed_by = ${claimedBy}
    WHERE id IN (
      SELECT id FROM user_audit WHERE ${isToPerform(which, afterId)} ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    RETURNING ${columns}`);
  return rows.sort((left, right) => Number(left.id - right.id));
}

/** The same ones, for a dry run. */
export function loadActions(db: Database, which: Performable, limit: number): Promise<ChosenAction[]> {
  return db.$queryRaw(
    Prisma.sql`SELECT ${columns} FROM user_audit WHERE ${isToPerform(which, 0n)} ORDER BY id LIMIT ${limit}`,
  );
}

/** How many are to be performed, and how many besides wait for a second person. */
export async function countActions(
  db: Database,
  which: Performable,
): Promise<{ readonly actions: number; readonly unconfirmed: number }> {
  const [row] = await db.$queryRaw<{ actions: number; chosen: number }[]>(Prisma.sql`
    SELECT count(*) FILTER (WHERE ${isToPerform(which, 0n)})::int AS actions, count(*)::int AS chosen
    FROM user_audit WHERE ${isChosen(which.platform, 0n)}`);
  return { actions: row!.actions, unconfirmed: row!.chosen - row!.actions };
}

export interface Ending {
  readonly status: Exclude<ActionStatus, "NONE" | "PENDING" | "IN_PROGRESS">;
  readonly result: string;
}

/** Records how it ended, in the log, and for a person to see where it failed; false where another run has taken it over. */
export async function recordEnding(
  tx: Transaction,
  chosen: ChosenAction,
  claimedBy: string,
  ending: Ending,
  at: Date,
): Promise<boolean> {
  const { id, decisionNo } = chosen;
  const recorded = await tx.$executeRaw(Prisma.sql`
    WITH ended AS (
      UPDATE user_audit SET
        action_status = ${ending.status}::user_audit_action_status, result = ${ending.result}, performed_at = ${at},
        performed_by = ${claimedBy}, claimed_by = NULL, version = version + 1
      WHERE id = ${id} AND decision_no = ${decisionNo} AND action_status = 'IN_PROGRESS' AND claimed_by = ${claimedBy}
      RETURNING id, action, action_set_by, confirmed_by
    )
    INSERT INTO state_transition_log (entity_type, entity_id, old_state, new_state, command, actor, attributes, at)
    SELECT 'user_audit', id, 'IN_PROGRESS', ${ending.status}, action::text, ${`run ${claimedBy}`},
      jsonb_strip_nulls(jsonb_build_object('result', ${ending.result}::text, 'chosenBy', action_set_by,
        'confirmedBy', confirmed_by, 'decisionNo', ${decisionNo}::int)),
      ${at}
    FROM ended`);
  if (recorded === 1 && ending.status === "FAILED") await openFailedAction(tx, chosen, ending.result, at);
  if (recorded === 1 && ending.status !== "FAILED") await closeSettledActions(tx, at);
  return recorded === 1;
}

/** Leaves it for a later run, saying why. */
export async function putBack(db: Database, id: bigint, claimedBy: string, why: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE user_audit SET action_status = 'PENDING', claimed_by = NULL, result = ${why}
    WHERE id = ${id} AND action_status = 'IN_PROGRESS' AND claimed_by = ${claimedBy}`);
}

/** Real time, as everything that tells the living from the dead. */
const LEASE_SECONDS = 120;

/** True where it is ours now: it was free, it has run out, or we hold it already. */
export async function takeLease(db: Database, name: string, heldBy: string): Promise<boolean> {
  const taken = await db.$executeRaw(Prisma.sql`
    INSERT INTO work_lease (name, held_by, leased_until)
    VALUES (${name}, ${heldBy}, now() + ${LEASE_SECONDS} * interval '1 second')
    ON CONFLICT (name) DO UPDATE SET held_by = excluded.held_by, leased_until = excluded.leased_until
      WHERE work_lease.held_by = excluded.held_by OR work_lease.leased_until < now()`);
  return taken === 1;
}

export async function giveBackLease(db: Database, name: string, heldBy: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`DELETE FROM work_lease WHERE name = ${name} AND held_by = ${heldBy}`);
}
