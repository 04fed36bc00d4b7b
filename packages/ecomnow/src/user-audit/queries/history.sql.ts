import { type Database, Prisma } from "@drumline/db";

import type { Action } from "../audit-words.ts";

/** Something that was chosen for a finding, or done about it. */
export interface HistoryRow {
  readonly at: Date;
  readonly what: "CHOSEN" | "PERFORMED";
  readonly action: Action;
  /** How it ended; null for a choice. */
  readonly status: string | null;
  readonly by: string;
  readonly result: string | null;
}

/** Choices and endings of a finding, oldest first. */
export function loadHistory(db: Database, id: bigint): Promise<HistoryRow[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT changed_at AS at, 'CHOSEN' AS what, action_after::text AS action, NULL AS status, changed_by AS by, NULL AS result
    FROM user_audit_change WHERE user_audit_id = ${id}
    UNION ALL
    SELECT at, 'PERFORMED', command, new_state, actor, attributes ->> 'result'
    FROM state_transition_log WHERE entity_type = 'user_audit' AND entity_id = ${id}
    ORDER BY at, what`);
}
