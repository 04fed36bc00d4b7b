import {
  loadWebhookRequest,
  loadWebhookRequests,
  replayWebhook,
  WEBHOOK_REQUEST_STATUSES,
} from "@drumline/events/inbox";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { clientAddressOf } from "../http/client-address.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, rowId } from "../http/wire.ts";
import { handOnNow } from "./incoming.ts";

const MOST_SHOWN_BYTES = 64 * 1024;

const requestSchema = z
  .object({
    id: rowId,
    source: z.string(),
    sourceId: z.string().nullable().describe("Null of those that have a route of their own, such as Omnitron's."),
    eventId: z.string().describe("The sender's own, or a hash of its bytes: the same twice is one."),
    topic: z.string().nullable(),
    status: z.enum(WEBHOOK_REQUEST_STATUSES),
    error: z.string().nullable(),
    attempts: z.int().describe("To hand it on."),
    replays: z.int(),
    nextAttemptAt: instant.nullable(),
    receivedAt: instant,
    finishedAt: instant.nullable(),
    bytes: z.int().nullable().describe("Of its body as it was sent; null where that is not kept, or was erased."),
  })
  .meta({ id: "WebhookRequest" });

const detailSchema = requestSchema
  .extend({
    headers: z.unknown().describe("Without those that hold secrets."),
    bodyBase64: z.string().nullable().describe(`The bytes as they were sent, the first ${MOST_SHOWN_BYTES} of them.`),
  })
  .meta({ id: "WebhookRequestDetail" });

const params = z.strictObject({ id: rowId });
const notThere = (id: bigint) =>
  new HttpProblem(404, `There is no webhook request ${id}; it may have been deleted (WEBHOOK_REQUEST_RETENTION_DAYS).`);

/** What came in by webhook, and a second time for it. */
export function addWebhookRequestRoutes(app: Api, parts: ApiParts): void {
  const { db, clock } = parts;
  app.get(
    "/api/v1/webhook-requests",
    {
      config: { keepsNoCopy: true },
      schema: {
        summary: "Webhooks that came in, newest first",
        tags: ["webhooks"],
        querystring: z.strictObject({
          source: z.string().max(200).optional(),
          status: z.enum(WEBHOOK_REQUEST_STATUSES).optional(),
          topic: z.string().max(200).optional(),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(requestSchema) },
      },
    },
    ({ query }) =>
      loadPage(
        query,
        rowId,
        (filter, before, limit) => loadWebhookRequests(db, filter, before, limit),
        ({ id }) => id,
      ),
  );

  app.get(
    "/api/v1/webhook-requests/:id",
    {
      config: { access: "operator", keepsNoCopy: true },
      schema: {
        summary: "One webhook that came in, with its headers and its bytes",
        tags: ["webhooks"],
        params,
        response: { 200: detailSchema, 404: problemSchema },
      },
    },
    async ({ params: { id } }) => {
      const found = await loadWebhookRequest(db, id, MOST_SHOWN_BYTES);
      if (found === null) throw notThere(id);
      return { ...found, bodyBase64: found.head?.toString("base64") ?? null };
    },
  );

  app.post(
    "/api/v1/webhook-requests/:id/replay",
    {
      config: { access: "operator" },
      schema: {
        summary: "Hand a stored webhook on once more",
        description: "To the consumer of its source, with the bytes that were sent; whatever became of it before.",
        tags: ["webhooks"],
        params,
        response: {
          202: z.object({ id: rowId, status: z.literal("RECEIVED"), replays: z.int() }).meta({ id: "ReplayedWebhook" }),
          404: problemSchema,
          409: problemSchema,
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const asking = { by: whoAsks(request), remoteAddr: clientAddressOf(request), url: request.url };
      const replayed = await replayWebhook(db, id, asking, clock.now());
      if (replayed.outcome === "NOT_FOUND") throw notThere(id);
      if (replayed.outcome === "REFUSED") throw new HttpProblem(409, replayed.why, { code: replayed.reason });
      await handOnNow(parts, `replay by ${asking.by}`);
      return reply.status(202).send({ id, status: "RECEIVED", replays: replayed.replays });
    },
  );
}
