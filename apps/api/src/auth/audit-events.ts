import { loadAuditEvents } from "@drumline/audit/audit-events";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { instant } from "../http/wire.ts";

const eventSchema = z
  .object({
    id: z.string(),
    at: instant,
    actor: z.string().nullable().describe("The user, token or process that did it."),
    remoteAddr: z.string().nullable(),
    url: z.string().nullable(),
    entityType: z.string(),
    entityId: z.string(),
    content: z.unknown().describe("What was done; values of fields named like secrets are not kept."),
  })
  .meta({ id: "AuditEvent" });

/** Who did what to which thing. */
export function addAuditEventRoute(app: Api, { db }: ApiParts): void {
  app.get(
    "/api/v1/audit-events",
    {
      config: { access: "admin" },
      schema: {
        summary: "The audit log, newest first",
        description: "What archive_old_audit_events has moved to the archive is not in it any more.",
        tags: ["access"],
        querystring: z.strictObject({
          actor: z.string().min(1).max(80).optional(),
          entityType: z.string().min(1).max(100).optional(),
          entityId: z.string().min(1).max(200).optional(),
          since: instant.optional(),
          until: instant.optional(),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(eventSchema) },
      },
    },
    ({ query }) =>
      loadPage(
        query,
        z.object({ at: instant, id: z.uuid() }),
        (filter, after, limit) => loadAuditEvents(db, filter, after, limit),
        ({ at, id }) => ({ at, id }),
      ),
  );
}
