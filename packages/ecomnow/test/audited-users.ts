import { randomUUID } from "node:crypto";

import { type Clock, manualClock } from "@drumline/core/clock";
import { silentLog } from "@drumline/core/log";
import type { RecordProblem } from "@drumline/core/task";
import { type Database, Prisma } from "@drumline/db";

import type { EcomnowContext } from "../src/context.ts";
import type { UserAuditGateways } from "../src/user-audit/gateways.ts";
import { NOON } from "./data-run.ts";

export interface AuditRun<Args> {
  readonly context: EcomnowContext<Args>;
  readonly problems: RecordProblem[];
  abort(): void;
}

interface RunOptions {
  readonly clock?: Clock;
  readonly dryRun?: boolean;
  readonly limit?: number | null;
  readonly run?: { readonly id: string; readonly attempt: number };
}

/** A context for the handlers of the user audit, and what they told it. */
export function startAuditRun<Args extends object>(
  db: Database,
  userAudit: UserAuditGateways,
  args: Args,
  { clock = manualClock(NOON), dryRun = false, limit = null, run = { id: randomUUID(), attempt: 1 } }: RunOptions = {},
): AuditRun<Args> {
  const problems: RecordProblem[] = [];
  const aborter = new AbortController();
  return {
    problems,
    abort: () => aborter.abort(new Error("asked to stop")),
    context: {
      args,
      db,
      // The data tasks' outside is not touched by these handlers.
      gateways: { userAudit } as never,
      clock,
      log: silentLog,
      signal: aborter.signal,
      run: { task: "user audit", dueAt: null, chunk: null, ...run },
      dryRun,
      limit,
      progress: () => {},
      reportProblem: (problem) => void problems.push(problem),
      askForHelpers: async () => 0,
    },
  };
}

/** Rows of platform_user. */
export async function putPlatformUsers(
  db: Database,
  rows: readonly {
    username: string;
    platform?: string;
    email?: string;
    enabled?: boolean;
    lastLoginAt?: string | null;
  }[],
): Promise<void> {
  await db.platformUser.createMany({
    data: rows.map(
      ({
        username,
        platform = "EU",
        email = `${username}@example.com`,
        enabled = true,
        lastLoginAt = "2026-11-19T00:00:00Z",
      }) => ({
        username,
        platform,
        email,
        enabled,
        lastLoginAt: lastLoginAt === null ? null : new Date(lastLoginAt),
      }),
    ),
  });
}

/** Empties what the audit writes: quicker than a database for each test. */
export async function clearAudit(db: Database): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    TRUNCATE user_audit, user_audit_cycle, user_audit_candidate, user_audit_change, platform_user, mail, work_lease,
      state_transition_log RESTART IDENTITY`);
}
