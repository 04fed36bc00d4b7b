import { ACTION_STATUSES, ACTIONS, AUDIT_TYPES, type CycleRow, type FindingRow } from "@drumline/ecomnow/queries";
import { z } from "zod";

export const findingSchema = z
  .object({
    id: z.string(),
    auditType: z.enum(AUDIT_TYPES).describe("The task that identified the user."),
    platform: z.string(),
    username: z.string(),
    email: z.string().nullable(),
    awsEnabled: z.boolean().describe("As last seen in AWS Cognito."),
    userCreatedAt: z.string(),
    lastLoginAt: z.string().nullable(),
    months: z.int().nullable().describe("Calendar months without a login, for UserNotLoggedInPlatform."),
    identifiedAt: z.string(),
    cycle: z.string().describe("The cycle that identified the user."),
    lastSeenAt: z.string(),
    notifiedAt: z.string().nullable().describe("When a digest told of it."),
    closedAt: z.string().nullable().describe("When it no longer held; null while it does."),
    action: z.enum(ACTIONS),
    actionStatus: z.enum(ACTION_STATUSES),
    actionSetBy: z.string().nullable(),
    actionSetAt: z.string().nullable(),
    result: z.string().nullable(),
    performedAt: z.string().nullable(),
    performedBy: z.string().nullable().describe("Run and attempt."),
    version: z.int(),
  })
  .meta({ id: "UserAudit" });

export function toFindingView({ id, cycleId, ...row }: FindingRow): z.infer<typeof findingSchema> {
  return {
    ...row,
    id: String(id),
    cycle: String(cycleId),
    userCreatedAt: row.userCreatedAt.toISOString(),
    lastLoginAt: toText(row.lastLoginAt),
    identifiedAt: row.identifiedAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    notifiedAt: toText(row.notifiedAt),
    closedAt: toText(row.closedAt),
    actionSetAt: toText(row.actionSetAt),
    performedAt: toText(row.performedAt),
  };
}

export const cycleSchema = z
  .object({
    id: z.string(),
    auditType: z.enum(AUDIT_TYPES),
    platform: z.string(),
    runId: z.string(),
    status: z
      .enum(["COMPLETE", "HELD", "CONFIRMED"])
      .describe("HELD: too many users were missing; nothing was concluded."),
    listed: z.int().describe("Users in the pool."),
    ofPlatform: z.int().describe("Users of the platform among them."),
    inView: z.int().describe("Rows of the platform in aws_user_view."),
    found: z.int(),
    opened: z.int(),
    closed: z.int(),
    heldReason: z.string().nullable(),
    confirmedBy: z.string().nullable(),
    confirmedAt: z.string().nullable(),
    startedAt: z.string(),
    completedAt: z.string(),
  })
  .meta({ id: "UserAuditCycle" });

export function toCycleView({
  id,
  confirmedAt,
  startedAt,
  completedAt,
  ...row
}: CycleRow): z.infer<typeof cycleSchema> {
  return {
    ...row,
    id: String(id),
    confirmedAt: toText(confirmedAt),
    startedAt: startedAt.toISOString(),
    completedAt: completedAt.toISOString(),
  };
}

const toText = (instant: Date | null): string | null => instant?.toISOString() ?? null;

/** A row number, as it comes in a path, a body or a cursor. */
export const rowId = z
  .string()
  .regex(/^\d{1,18}$/, { error: "expected a number, such as 17" })
  .transform((text) => BigInt(text));
