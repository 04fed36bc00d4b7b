import { type Database, Prisma, type Transaction } from "@drumline/db";

import { type Action, type ActionStatus, isDestructive } from "./finding.ts";

/** CONFIRMED is new; UNCHANGED asks for nobody, or was confirmed before; the rest are refusals. */
export type ConfirmationOutcome =
  "CONFIRMED" | "UNCHANGED" | "NOT_FOUND" | "CHANGED" | "OWN_DECISION" | "UNKNOWN_DECIDER";

export const isConfirmed = (outcome: string): boolean => outcome === "CONFIRMED" || outcome === "UNCHANGED";

/** What a second person has said yes to. */
export interface ConfirmedDecision {
  readonly id: bigint;
  readonly action: Action;
  readonly decidedBy: string;
}

export interface Confirmation {
  readonly ids: readonly bigint[];
  /** The name of the person who confirms. */
  readonly by: string;
  readonly at: Date;
  /** Whether whoever decided under a name is another person than `by`. */
  readonly deciders: ReadonlyMap<string, "other" | "same" | "unknown">;
  /** Writes the audit of it, in the same transaction. */
  readonly record: (tx: Transaction, confirmed: readonly ConfirmedDecision[]) => Promise<void>;
  /** The versions that were looked at, by id: a finding that has another by now is refused. */
  readonly versions?: Readonly<Record<string, number>> | undefined;
  /** One refusal leaves all as they are. */
  readonly allOrNone: boolean;
}

/** The names under which the waiting decisions that take something from a user were made. */
export async function loadDeciders(db: Database, ids: readonly bigint[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>(Prisma.sql`
    SELECT DISTINCT action_set_by AS name FROM user_audit
    WHERE id = ANY(${[...ids]}::bigint[]) AND action_status = 'PENDING' AND action_set_by IS NOT NULL ORDER BY 1`);
  return rows.map(({ name }) => name);
}

interface Row {
  readonly id: bigint;
  readonly action: Action;
  readonly actionStatus: ActionStatus;
  readonly actionSetBy: string | null;
  readonly confirmedBy: string | null;
  readonly version: number;
}

/**
 * Confirms decisions of other people; says for each id what became of it. Who decided is read under the row's lock: somebody
 * who decides anew meanwhile is no other person until they were looked at.
 */
export function confirmDecisions(
  db: Database,
  confirmation: Confirmation,
): Promise<ReadonlyMap<bigint, ConfirmationOutcome>> {
  const { by, at, allOrNone, record } = confirmation;
  const ids = [...new Set(confirmation.ids)];
  return db.$transaction(async (tx) => {
    const rows = await tx.$queryRaw<Row[]>(Prisma.sql`
      SELECT id, action::text, action_status::text AS "actionStatus", action_set_by AS "actionSetBy",
        confirmed_by AS "confirmedBy", version
      FROM user_audit WHERE id = ANY(${ids}::bigint[]) ORDER BY id FOR UPDATE`);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const outcomes = new Map(ids.map((id) => [id, planConfirmation(byId.get(id), confirmation)]));
    const isRefused = [...outcomes.values()].some((outcome) => !isConfirmed(outcome));
    const confirmed = rows.filter(({ id }) => outcomes.get(id) === "CONFIRMED");
    if (confirmed.length === 0 || (allOrNone && isRefused)) return outcomes;
    await tx.$executeRaw(Prisma.sql`
      UPDATE user_audit SET confirmed_by = ${by}, confirmed_at = ${at}, version = version + 1
      WHERE id = ANY(${confirmed.map(({ id }) => id)}::bigint[])`);
    await record(
      tx,
      confirmed.map(({ id, action, actionSetBy }) => ({ id, action, decidedBy: actionSetBy! })),
    );
    return outcomes;
  });
}

function planConfirmation(row: Row | undefined, { versions = {}, deciders }: Confirmation): ConfirmationOutcome {
  if (row === undefined) return "NOT_FOUND";
  const version = versions[String(row.id)];
  if (version !== undefined && version !== row.version) return "CHANGED";
  if (row.actionStatus !== "PENDING" || !isDestructive(row.action) || row.confirmedBy !== null) return "UNCHANGED";
  const told = row.actionSetBy === null ? "unknown" : deciders.get(row.actionSetBy);
  return told === undefined ? "CHANGED" : OUTCOMES[told];
}

const OUTCOMES = { other: "CONFIRMED", same: "OWN_DECISION", unknown: "UNKNOWN_DECIDER" } as const;
