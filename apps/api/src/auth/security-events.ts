import { loadSecurityEvents, SECURITY_EVENT_KINDS } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { instant, rowId } from "../http/wire.ts";

const eventSchema = z
  .object({
    id: rowId,
    at: instant,
    kind: z.enum(SECURITY_EVENT_KINDS),
    actor: z.string().nullable().describe("Who did it, as far as that is known."),
    subject: z.string().nullable().describe("The user or token it was done to."),
    remoteAddr: z.string().nullable(),
    detail: z.unknown(),
  })
  .meta({ id: "SecurityEvent" });

/** Sign-ins, failures, refusals, and changes of users and tokens. */
export function addSecurityEventRoute(app: Api, { db }: ApiParts): void {
  app.get(
    "/api/v1/security-events",
    {
      config: { access: "admin" },
      schema: {
        summary: "The security log, newest first",
        description:
          "Kept for RETENTION_SECURITY_EVENTS_DAYS. Of a flood, only what its limits let through is on record.",
        tags: ["access"],
        querystring: z.strictObject({
          kind: z.enum(SECURITY_EVENT_KINDS).optional(),
          actor: z.string().min(1).max(80).optional(),
          subject: z.string().min(1).max(80).optional(),
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
        rowId,
        (filter, after, limit) => loadSecurityEvents(db, filter, after, limit),
        ({ id }) => id,
      ),
  );
}
