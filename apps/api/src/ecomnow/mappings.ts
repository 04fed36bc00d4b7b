import { recordAuditEvents } from "@drumline/audit/audit-events";
import { findMapping, removeMapping, requireReadable, saveMapping } from "@drumline/ecomnow/commands";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { auditOf } from "../auth/audit-of.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, rowId, versionQuery, versionSchema } from "../http/wire.ts";

const PATH = "/api/v1/client-endpoints/:id/mapping";
const mappingSchema = z
  .object({ endpointId: rowId, expression: z.string(), version: z.int(), updatedAt: instant })
  .meta({ id: "ClientMapping" });
const params = z.strictObject({ id: rowId });

/** The mapping of a client's endpoint: JSONata, which is read before it is saved. */
export function addMappingRoutes(app: Api, { db, clock, mappings }: ApiParts): void {
  app.get(
    PATH,
    {
      schema: {
        summary: "The mapping of an endpoint",
        tags: ["clients"],
        params,
        response: { 200: mappingSchema, 404: problemSchema },
      },
    },
    async ({ params: { id } }) => {
      const found = await findMapping(db, id);
      if (found === null) throw new HttpProblem(404, `Endpoint ${id} has no mapping: records pass as they are.`);
      return found;
    },
  );

  app.put(
    PATH,
    {
      bodyLimit: 256 * 1024,
      config: { access: "admin" },
      schema: {
        summary: "Set the mapping of an endpoint",
        description: "An expression that is no JSONata is refused, with the position of what is wrong.",
        tags: ["clients"],
        params,
        body: z.strictObject({
          expression: z.string().min(1).max(65_536),
          version: versionSchema.nullable().default(null).describe("Of the mapping looked at; null: there was none."),
        }),
        response: { 200: mappingSchema, 404: problemSchema, 409: problemSchema, 422: problemSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      await requireReadable(mappings, request.body.expression);
      return await db.$transaction(async (tx) => {
        const change = await saveMapping(tx, { endpointId: id, ...request.body }, clock.now());
        if (change === null) throw new HttpProblem(404, `There is no endpoint ${id}.`);
        await recordAuditEvents(tx, [
          auditOf(request, clock, "ecomnow_client_mapping", id, { action: "set", ...change }),
        ]);
        return change.after;
      });
    },
  );

  app.delete(
    PATH,
    {
      config: { access: "admin" },
      schema: {
        summary: "Take the mapping of an endpoint away",
        description: "Records pass as they are from then on.",
        tags: ["clients"],
        params,
        querystring: versionQuery,
        response: { 204: z.null(), 404: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await db.$transaction(async (tx) => {
        const before = await removeMapping(tx, id, request.query.version);
        if (before === null) throw new HttpProblem(404, `Endpoint ${id} has no mapping.`);
        const content = { action: "delete", before, after: null };
        await recordAuditEvents(tx, [auditOf(request, clock, "ecomnow_client_mapping", id, content)]);
      });
      return reply.status(204).send(null);
    },
  );
}
