import { NOTICE_KINDS, retryNotice } from "@drumline/shop/commands";
import { loadNotice, loadNotices, NOTICE_STATUSES } from "@drumline/shop/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, rowId } from "../http/wire.ts";

const noticeSchema = z
  .object({
    id: rowId,
    key: z.string().describe("The event and the person; its mail has the same key."),
    kind: z.string(),
    orderId: rowId.nullable(),
    parcelId: rowId.nullable(),
    status: z.enum(NOTICE_STATUSES).describe("QUEUED: its mail says the rest. SUPERSEDED: not told, `error` says why."),
    error: z.string().nullable(),
    occurredAt: instant,
    dueAt: instant,
    endedAt: instant.nullable(),
  })
  .meta({ id: "Notice" });

/** What customers are told, or are not, and why. */
export function addNoticeRoutes(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/shop/notices",
    {
      schema: {
        summary: "Notices to customers, newest first",
        tags: ["shop"],
        querystring: z.strictObject({
          status: z.enum(NOTICE_STATUSES).optional(),
          kind: z.enum(NOTICE_KINDS).optional(),
          orderId: rowId.optional(),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(noticeSchema) },
      },
    },
    async ({ query }) =>
      loadPage(
        query,
        z.object({ id: rowId }),
        (filter, after, limit) => loadNotices(db, filter, after, limit),
        ({ id }) => ({ id }),
      ),
  );

  app.post(
    "/api/v1/shop/notices/:id/retry",
    {
      config: { access: "operator" },
      schema: {
        summary: "Have a notice that failed tried again",
        description: "The next run of send_notifications takes it.",
        tags: ["shop"],
        params: z.strictObject({ id: rowId }),
        response: { 200: noticeSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const tried = await retryNotice(db, id, whoAsks(request), clock.now());
      if (tried !== null) return tried;
      const notice = await loadNotice(db, id);
      if (notice === null) throw new HttpProblem(404, `There is no notice ${id}; GET /api/v1/shop/notices lists them.`);
      throw new HttpProblem(409, `The notice is ${notice.status}: only one that failed is tried again.`, {
        code: notice.status,
      });
    },
  );
}
