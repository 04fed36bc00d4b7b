import { confirmCycle } from "@drumline/ecomnow/commands";
import { AUDIT_TYPES, loadCycles } from "@drumline/ecomnow/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { cycleSchema, rowId, toCycleView } from "./finding-view.ts";

export function addUserAuditCycleRoutes(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/user-audits/cycles",
    {
      schema: {
        summary: "Cycles of the user audit, newest first",
        tags: ["user audit"],
        querystring: z.strictObject({
          auditType: z.enum(AUDIT_TYPES).optional(),
          platform: z.string().max(32).optional(),
          status: z.enum(["COMPLETE", "HELD", "CONFIRMED"]).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
          cursor: rowId.optional().describe("`next` of the page before."),
        }),
        response: {
          200: z.object({ items: z.array(cycleSchema), next: z.string().nullable() }),
          400: problemSchema,
        },
      },
    },
    async ({ query: { limit, cursor = null, ...filter } }) => {
      const rows = await loadCycles(db, filter, cursor, limit + 1);
      const page = rows.slice(0, limit);
      return { items: page.map(toCycleView), next: rows.length > limit ? String(page.at(-1)!.id) : null };
    },
  );

  app.post(
    "/api/v1/user-audits/cycles/:id/confirm",
    {
      config: { access: "operator" },
      schema: {
        summary: "Say that a held listing was right",
        description: "The next cycle is measured against it; start the audit again to have one.",
        tags: ["user audit"],
        params: z.strictObject({ id: rowId }),
        response: { 204: z.null(), 400: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (!(await confirmCycle(db, id, whoAsks(request), clock.now())))
        throw new HttpProblem(409, `There is no cycle ${id} that is held; GET /api/v1/user-audits/cycles lists them.`);
      return reply.status(204).send(null);
    },
  );
}
