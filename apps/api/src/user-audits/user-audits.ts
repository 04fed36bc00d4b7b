import { loadFinding, loadFindings, loadHistory } from "@drumline/ecomnow/queries";
import { ACTION_STATUSES, ACTIONS, AUDIT_TYPES } from "@drumline/ecomnow/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { findingSchema, rowId, toFindingView } from "./finding-view.ts";

const historySchema = z.object({
  at: z.string(),
  what: z.enum(["CHOSEN", "PERFORMED"]),
  action: z.enum(ACTIONS),
  status: z.string().nullable().describe("How it ended; null for a choice."),
  by: z.string(),
  result: z.string().nullable(),
});

/** What the user audit found; what is done about it stands in user-audit-actions.ts. */
export function addUserAuditRoutes(app: Api, { db }: ApiParts): void {
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
          state: z.enum(["open", "closed"]).optional().describe("Open while what it says still holds."),
          q: z.string().min(1).max(200).optional().describe("Part of the user name or the e-mail address."),
          cycle: rowId.optional().describe("The cycle that identified the user."),
          limit: z.coerce.number().int().min(1).max(500).default(50),
          cursor: rowId.optional().describe("`next` of the page before."),
        }),
        response: {
          200: z.object({ items: z.array(findingSchema), next: z.string().nullable() }),
          400: problemSchema,
        },
      },
    },
    async ({ query: { q: search, limit, cursor = null, ...filter } }) => {
      const rows = await loadFindings(db, { ...filter, search }, cursor, limit + 1);
      const page = rows.slice(0, limit);
      return { items: page.map(toFindingView), next: rows.length > limit ? String(page.at(-1)!.id) : null };
    },
  );

  app.get(
    "/api/v1/user-audits/:id",
    {
      schema: {
        summary: "A finding, with what was chosen and done about it",
        tags: ["user audit"],
        params: z.strictObject({ id: rowId }),
        response: {
          200: findingSchema.extend({ history: z.array(historySchema) }).meta({ id: "UserAuditDetail" }),
          400: problemSchema,
          404: problemSchema,
        },
      },
    },
    async ({ params: { id } }) => {
      const finding = await loadFinding(db, id);
      if (finding === null) throw new HttpProblem(404, `There is no user audit ${id}.`);
      const history = await loadHistory(db, id);
      return { ...toFindingView(finding), history: history.map((row) => ({ ...row, at: row.at.toISOString() })) };
    },
  );
}
