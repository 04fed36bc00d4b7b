import { confirmCycle, CycleChanged } from "@drumline/ecomnow/commands";
import { AUDIT_TYPES, loadCycles } from "@drumline/ecomnow/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, rowId, seenSchema } from "../http/wire.ts";

const CYCLE_STATUSES = ["COMPLETE", "HELD", "CONFIRMED"] as const;

const cycleSchema = z
  .object({
    id: rowId,
    auditType: z.enum(AUDIT_TYPES),
    platform: z.string(),
    runId: z.string(),
    status: z.enum(CYCLE_STATUSES).describe("HELD: too many users were missing; nothing was concluded."),
    listed: z.int().describe("Users in the pool."),
    ofPlatform: z.int().describe("Users of the platform among them."),
    inView: z.int().describe("Rows of the platform in aws_user_view."),
    found: z.int(),
    opened: z.int(),
    closed: z.int(),
    heldReason: z.string().nullable(),
    confirmedBy: z.string().nullable(),
    confirmedAt: instant.nullable(),
    startedAt: instant,
    completedAt: instant,
    version: z.int(),
  })
  .meta({ id: "UserAuditCycle" });

export function addCycleRoutes(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/user-audits/cycles",
    {
      schema: {
        summary: "Cycles of the user audit, newest first",
        tags: ["user audit"],
        querystring: z.strictObject({
          auditType: z.enum(AUDIT_TYPES).optional(),
          platform: z.string().max(32).optional(),
          status: z.enum(CYCLE_STATUSES).optional(),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(cycleSchema) },
      },
    },
    async ({ query }) =>
      loadPage(
        query,
        rowId,
        (filter, after, limit) => loadCycles(db, filter, after, limit),
        ({ id }) => id,
      ),
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
        body: seenSchema,
        response: { 204: z.null(), 409: problemSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const version = request.body?.version;
      const confirmed = confirmCycle(db, id, whoAsks(request), clock.now(), version).catch(refuseChanged);
      if (!(await confirmed))
        throw new HttpProblem(409, `There is no cycle ${id} that is held; GET /api/v1/user-audits/cycles lists them.`);
      return reply.status(204).send(null);
    },
  );
}

function refuseChanged(error: unknown): never {
  if (!(error instanceof CycleChanged)) throw error;
  const { code, message, currentVersion } = error;
  throw new HttpProblem(409, message, { code, currentVersion });
}
