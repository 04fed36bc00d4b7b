import { type Database, Prisma } from "@drumline/db";

import { closeSettledActions } from "./failed-actions.sql.ts";
import type { Action } from "./finding.ts";
import { type Choosable, type ChoiceOutcome, planChoice } from "./plan-choice.ts";

export interface Choice {
  readonly ids: readonly bigint[];
  readonly action: Action;
  /** The name of whoever decides. */
  readonly by: string;
  readonly at: Date;
  /** The versions that were looked at, by id: a finding that has another by now is refused. */
  readonly versions?: Readonly<Record<string, number>> | undefined;
}

/** Sets the action of each finding that allows it, and records who chose what; says for each id what became of it. */
export function chooseActions(db: Database, choice: Choice): Promise<ReadonlyMap<bigint, ChoiceOutcome>> {
  const { action, by, at, versions = {} } = choice;
  const ids = [...new Set(choice.ids)];
  return db.$transaction(async (tx) => {
    const rows = await tx.$queryRaw<(Choosable & { id: bigint })[]>(Prisma.sql`
      SELECT id, audit_type::text AS "auditType", action::text, action_status::text AS "actionStatus",
        closed_at IS NOT NULL AS closed, version
      FROM user_audit WHERE id = ANY(${ids}::bigint[]) ORDER BY id FOR UPDATE`);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const outcomes = new Map(ids.map((id) => [id, planChoice(byId.get(id), action, versions[String(id)])]));
    const changing = ids.filter((id) => outcomes.get(id) === "SET");
    if (changing.length > 0) {
      await tx.$executeRaw(Prisma.sql`
        WITH before AS (SELECT id, action FROM user_audit WHERE id = ANY(${changing}::bigint[])),
        changed AS (
          UPDATE user_audit SET
            action = ${action}::user_audit_action,
            action_status = ${action === "NONE" ? "NONE" : "PENDING"}::user_audit_action_status,
            action_set_by = ${by}, action_set_at = ${at}, decision_no = decision_no + 1, version = version + 1,
            confirmed_by = NULL, confirmed_at = NULL, result = NULL, performed_at = NULL, performed_by = NULL
          WHERE id = ANY(${changing}::bigint[])
          RETURNING id
        )
        INSERT INTO user_audit_change (user_audit_id, changed_by, changed_at, action_before, action_after)
        SELECT id, ${by}, ${at}, before.action, ${action}::user_audit_action FROM before JOIN changed USING (id) ORDER BY id`);
      await closeSettledActions(tx, at);
    }
    return outcomes;
  });
}
