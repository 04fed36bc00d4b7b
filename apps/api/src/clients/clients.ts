import { recordAuditEvents } from "@drumline/audit/audit-events";
import { dropRecord, resumeFlow } from "@drumline/ecomnow/commands";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { auditOf } from "../auth/audit-of.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { rowId } from "../http/wire.ts";

const params = z.strictObject({ id: rowId });

/** What a person does about the exchange with eComNow's clients: the actions of RECORD_WAITS and FLOW_PAUSED. */
export function addClientRoutes(app: Api, { db, clock }: ApiParts): void {
  app.post(
    "/api/v1/client-records/:id/drop",
    {
      config: { access: "operator" },
      schema: {
        summary: "Give up a client's record that cannot be taken in",
        description: "It is tried no more. A later version of it is taken as any other.",
        tags: ["clients"],
        params,
        response: {
          200: z
            .object({ id: rowId, client: z.string(), entity: z.string(), name: z.string() })
            .meta({ id: "DroppedRecord" }),
          404: problemSchema,
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      return await db.$transaction(async (tx) => {
        const dropped = await dropRecord(tx, id, whoAsks(request), clock.now());
        if (dropped === null) throw new HttpProblem(404, `No record waits under ${id}; it may have been taken in.`);
        const { client, entity, name } = dropped;
        const content = { action: "drop", client, entity, name };
        await recordAuditEvents(tx, [auditOf(request, clock, "client_record", id, content)]);
        return dropped;
      });
    },
  );

  app.post(
    "/api/v1/client-flows/:id/resume",
    {
      config: { access: "operator" },
      schema: {
        summary: "Resume a client's flow that was paused",
        description: "It goes on where it stopped, with the next run of its task.",
        tags: ["clients"],
        params,
        response: {
          200: z
            .object({ id: rowId, client: z.string(), entity: z.string(), direction: z.string() })
            .meta({ id: "ResumedFlow" }),
          404: problemSchema,
          409: problemSchema,
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      return await db.$transaction(async (tx) => {
        const resumed = await resumeFlow(tx, id, whoAsks(request), clock.now());
        if (resumed.outcome === "NOT_FOUND") throw new HttpProblem(404, `There is no flow ${id}.`);
        if (resumed.outcome !== "RESUMED")
          throw new HttpProblem(409, `Flow ${id} is not paused.`, { code: "NOT_PAUSED" });
        const { partner: client, entity, direction } = resumed.flow;
        const content = { action: "resume", client, entity, direction };
        await recordAuditEvents(tx, [auditOf(request, clock, "client_flow", id, content)]);
        return { id, client, entity, direction };
      });
    },
  );
}
