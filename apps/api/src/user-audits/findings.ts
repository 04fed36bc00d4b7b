import {
  ACTION_STATUSES,
  ACTIONS,
  AUDIT_TYPES,
  type FindingRow,
  isDestructive,
  loadFinding,
  loadFindings,
  loadHistory,
} from "@drumline/ecomnow/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { refuseIfHidden } from "../auth/hide-people.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, rowId } from "../http/wire.ts";

const FINDING_STATES = ["open", "closed"] as const;

export const findingSchema = z
  .object({
    id: rowId,
    auditType: z.enum(AUDIT_TYPES).describe("The task that identified the user."),
    platform: z.string(),
    username: z.string(),
    email: z.string().nullable(),
    awsEnabled: z.boolean().describe("As last seen in AWS Cognito."),
    userCreatedAt: instant,
    lastLoginAt: instant.nullable(),
    elsewhere: z.array(z.string()).readonly().describe("Other platforms that list the user: EU, US (disabled)."),
    months: z.int().nullable().describe("Calendar months without a login, for UserNotLoggedInPlatform."),
    identifiedAt: instant,
    cycleId: rowId.describe("The cycle that identified the user."),
    lastSeenAt: instant,
    notifiedAt: instant.nullable().describe("When a digest told of it."),
    state: z.enum(FINDING_STATES).describe("Open while what it says still holds."),
    closedAt: instant.nullable().describe("When it no longer held; null while it does."),
    action: z.enum(ACTIONS),
    actionStatus: z.enum(ACTION_STATUSES),
    actionSetBy: z.string().nullable(),
    actionSetAt: instant.nullable(),
    confirmedBy: z.string().nullable().describe("The second person, where there was to be one."),
    confirmedAt: instant.nullable(),
    awaitsConfirmation: z.boolean().describe("It is not performed before a second person applies it."),
    result: z.string().nullable(),
    performedAt: instant.nullable(),
    performedBy: z.string().nullable().describe("Run and attempt."),
    version: z.int(),
  })
  .meta({ id: "UserAudit" });

const findingDetailSchema = findingSchema
  .extend({
    history: z.array(
      z.object({
        at: instant,
        what: z.enum(["CHOSEN", "CONFIRMED", "PERFORMED"]),
        action: z.enum(ACTIONS),
        status: z.string().nullable().describe("How it ended; null for a choice."),
        by: z.string(),
        result: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "UserAuditDetail" });

export function toFindingView(
  row: FindingRow,
  { secondPerson }: Pick<ApiParts, "secondPerson">,
): z.output<typeof findingSchema> {
  const { action, actionStatus, confirmedBy, closedAt } = row;
  const isWaiting = actionStatus === "PENDING" && isDestructive(action) && confirmedBy === null;
  return { ...row, awaitsConfirmation: secondPerson && isWaiting, state: closedAt === null ? "open" : "closed" };
}

/** What the user audit found; what is done about it stands in actions.ts. */
export function addFindingRoutes(app: Api, parts: ApiParts): void {
  const { db } = parts;
  app.get(
    "/api/v1/user-audits",
    {
      schema: {
        summary: "Findings of the user audit, newest first",
        tags: ["user audit"],
        querystring: z.strictObject({
          auditType: z.enum(AUDIT_TYPES).optional(),
          platform: z.string().max(32).optional(),
          action: z.enum(ACTIONS).optional(),
          actionStatus: z.enum(ACTION_STATUSES).optional(),
          state: z.enum(FINDING_STATES).optional(),
          q: z.string().min(1).max(200).optional().describe("Part of the user name or the e-mail address."),
          cycleId: rowId.optional().describe("The cycle that identified the user."),
          ...pageQuery({ limit: 50, most: 500 }),
        }),
        response: { 200: pageOf(findingSchema) },
      },
    },
    async (request) => {
      const { query } = request;
      // Letter by letter, it would say what the answer does not.
      if (query.q !== undefined) refuseIfHidden(request, "Who is sought by q");
      const page = await loadPage(
        query,
        rowId,
        ({ q, cycleId, ...filter }, after, limit) =>
          loadFindings(db, { ...filter, search: q, cycle: cycleId }, after, limit),
        ({ id }) => id,
      );
      return { ...page, items: page.items.map((row) => toFindingView(row, parts)) };
    },
  );

  app.get(
    "/api/v1/user-audits/:id",
    {
      schema: {
        summary: "A finding, with what was chosen and done about it",
        tags: ["user audit"],
        params: z.strictObject({ id: rowId }),
        response: { 200: findingDetailSchema, 404: problemSchema },
      },
    },
    async ({ params: { id } }) => {
      const finding = await loadFinding(db, id);
      if (finding === null) throw new HttpProblem(404, `There is no user audit ${id}.`);
      return { ...toFindingView(finding, parts), history: await loadHistory(db, id) };
    },
  );
}
