import { settleMailByHand } from "@drumline/ecomnow/commands";
import { loadMailById, loadMails, MAIL_STATUSES, type MailRow } from "@drumline/ecomnow/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant } from "../http/wire.ts";

const mailSchema = z
  .object({
    id: z.uuid(),
    key: z.string().describe("What it tells of, and to whom: it is used once."),
    kind: z.string(),
    recipient: z.string(),
    subject: z.string(),
    status: z
      .enum(MAIL_STATUSES)
      .describe("UNKNOWN: it may or may not have gone out, and is not sent again before a person says so."),
    attempts: z.int(),
    error: z.string().nullable(),
    createdAt: instant,
    settledAt: instant.nullable(),
    settledBy: z.string().nullable().describe("Who said what became of it; null where the provider did."),
  })
  .meta({ id: "Mail" });

const position = z.object({ createdAt: instant, id: z.uuid() });

/** Mail to people: what became of it, and what a person says of one of which nobody knows. */
export function addMailRoutes(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/mails",
    {
      config: { keepsNoCopy: true },
      schema: {
        summary: "Mails, newest first",
        tags: ["mail"],
        querystring: z.strictObject({
          status: z.enum(MAIL_STATUSES).optional(),
          kind: z.string().min(1).max(64).optional().describe("user-audit-digest, user-audit-reminder, api-status."),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(mailSchema) },
      },
    },
    async ({ query }) =>
      loadPage(
        query,
        position,
        (filter, after, limit) => loadMails(db, filter, after, limit),
        ({ createdAt, id }) => ({ createdAt, id }),
      ),
  );

  for (const { path, outcome, summary, description } of SETTLEMENTS)
    app.post(
      `/api/v1/mails/:id/${path}`,
      {
        config: { access: "operator" },
        schema: {
          summary,
          description,
          tags: ["mail"],
          params: z.strictObject({ id: z.uuid() }),
          response: { 200: mailSchema, 404: problemSchema, 409: problemSchema },
        },
      },
      async (request): Promise<MailRow> => {
        const { id } = request.params;
        const settled = await settleMailByHand(db, { id, outcome, by: whoAsks(request), at: clock.now() });
        if (settled !== null) return settled;
        const mail = await loadMailById(db, id);
        if (mail === null) throw new HttpProblem(404, `There is no mail ${id}; GET /api/v1/mails lists them.`);
        throw new HttpProblem(409, `The mail is ${mail.status}: there is nothing to settle.`, { code: mail.status });
      },
    );
}

const SETTLEMENTS = [
  {
    path: "sent",
    outcome: "SENT",
    summary: "Say that a mail of unknown outcome was sent",
    description: "What it tells of counts as told, and a reminder as sent.",
  },
  {
    path: "not-sent",
    outcome: "NOT_SENT",
    summary: "Have a mail sent that was refused or whose outcome is unknown",
    description: "The next run of the task that sends mail of its kind sends it, once.",
  },
] as const;
