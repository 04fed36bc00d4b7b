import { recordAuditEvents } from "@drumline/audit/audit-events";
import {
  SubscriptionChanged,
  SubscriptionExists,
  findSubscription,
  loadSubscriptions,
  type NewSubscription,
  newSubscriptionSchema,
  subscribeToEvents,
  type SubscriptionOwner,
  type SubscriptionView,
  TooManySubscriptions,
  unsubscribe,
  UnusableSecret,
} from "@drumline/events/subscriptions";
import { includesRole } from "@drumline/engine";
import type { FastifyRequest } from "fastify";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, rowId, versionQuery } from "../http/wire.ts";
import type { Identity } from "../auth/access.ts";
import { auditOf } from "../auth/audit-of.ts";

const subscriptionSchema = z
  .object({
    id: rowId,
    owner: z.string().describe("The token or user who subscribed."),
    targetUrl: z.string(),
    eventType: z.string(),
    isActive: z.boolean(),
    disabledReason: z.string().nullable(),
    createdAt: instant,
    version: z.int(),
    endsAt: instant.nullable().describe("With its token; null where that has no end."),
  })
  .meta({ id: "Subscription" });

/** The original's names (dj-whisperer). */
const hookSchema = z
  .object({
    id: rowId,
    target_url: z.string(),
    event_type: z.string(),
    is_active: z.boolean(),
    disabled_reason: z.string().nullable().describe("Why nothing is sent, such as a 410 of the receiver."),
    retry_countdown_config: z.unknown(),
    additional_headers: z.record(z.string(), z.string()).describe("By name; their values are told nobody."),
    config: z.unknown(),
    created_date: instant,
    version: z.int().describe("Ours: one more when it ends, or is made anew."),
  })
  .meta({ id: "Hook" });

/** Headers by their names: their values are credentials more often than not. */
const toAudited = (body: NewSubscription) => ({ ...body, additional_headers: Object.keys(body.additional_headers) });

function toHookView(hook: SubscriptionView): z.output<typeof hookSchema> {
  return {
    id: hook.id,
    target_url: hook.targetUrl,
    event_type: hook.eventType,
    is_active: hook.isActive,
    disabled_reason: hook.disabledReason,
    retry_countdown_config: hook.retryConfig,
    additional_headers: hook.headers,
    config: hook.filter,
    created_date: hook.createdAt,
    version: hook.version,
  };
}

/** Whose hooks somebody sees and ends: an admin everybody's, since who made one may be gone. */
function reachOf({ identity }: FastifyRequest): SubscriptionOwner | null {
  return includesRole(identity!.role, "admin") ? null : ownerOf(identity!);
}

const ownerOf = ({ name, token }: Identity): SubscriptionOwner => ({ name, token });

function refuseChanged(error: unknown): never {
  if (!(error instanceof SubscriptionChanged)) throw error;
  const { code, message, currentVersion } = error;
  throw new HttpProblem(409, message, { code, currentVersion });
}

const noHook = (id: bigint) => new HttpProblem(404, `There is no hook ${id}.`);
const params = z.object({ id: rowId });

/** Subscriptions to events, at the original's paths. A trailing slash makes no difference. */
export function addHookRoutes(app: Api, { db, clock, secrets }: ApiParts): void {
  app.post(
    "/whisperer/hooks",
    {
      // Its answer holds a secret that nobody is told twice, and the same subscription twice is a 409.
      config: { access: "operator", wireContract: "dj-whisperer", idempotencyKey: false },
      schema: {
        summary: "Subscribe a URL to events",
        description:
          "Every request is signed twice: X-Whisperer-Signature with the secret's text, webhook-signature by Standard Webhooks 1.0. Dedupe on webhook-id: delivery is at least once.",
        tags: ["webhooks"],
        body: newSubscriptionSchema,
        response: {
          201: hookSchema.extend({ secret_key: z.string().describe("Told this once.") }),
          409: problemSchema,
          503: problemSchema.describe("There is no ECOMNOW_SECRET_KEY to seal the secret with."),
        },
      },
    },
    async (request, reply) => {
      const { body } = request;
      try {
        const { secret, ...hook } = await subscribeToEvents(db, secrets, ownerOf(request.identity!), body, clock.now());
        await recordAuditEvents(db, [
          auditOf(request, clock, "webhook", hook.id, { action: "subscribe", ...toAudited(body) }),
        ]);
        return await reply.status(201).send({ ...toHookView(hook), secret_key: secret });
      } catch (error) {
        if (error instanceof SubscriptionExists || error instanceof TooManySubscriptions)
          throw new HttpProblem(409, error.message, { cause: error });
        if (error instanceof UnusableSecret)
          throw new HttpProblem(503, `Nobody can subscribe: ${error.message}`, { cause: error });
        throw error;
      }
    },
  );

  app.get(
    "/api/v1/webhook-subscriptions",
    {
      config: { access: "admin" },
      schema: {
        summary: "Everybody's subscriptions to events, newest first",
        description: "An admin ends one with DELETE /whisperer/hooks/{id}; all of a token end when it is revoked.",
        tags: ["webhooks"],
        querystring: z.strictObject({
          owner: z.string().max(80).optional(),
          active: z.stringbool().optional(),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(subscriptionSchema) },
      },
    },
    ({ query }) =>
      loadPage(
        query,
        rowId,
        (filter, after, limit) => loadSubscriptions(db, filter, after, limit),
        ({ id }) => id,
      ),
  );

  app.get(
    "/whisperer/hooks/:id",
    {
      config: { wireContract: "dj-whisperer" },
      schema: {
        summary: "One subscription",
        tags: ["webhooks"],
        params,
        response: { 200: hookSchema, 404: problemSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const hook = await findSubscription(db, reachOf(request), id);
      if (hook === null) throw noHook(id);
      return toHookView(hook);
    },
  );

  app.delete(
    "/whisperer/hooks/:id",
    {
      config: { access: "operator", wireContract: "dj-whisperer" },
      schema: {
        summary: "Unsubscribe",
        description: "What still waits to be delivered to it is not sent any more; its history stays.",
        tags: ["webhooks"],
        params,
        querystring: versionQuery,
        response: { 204: z.null(), 404: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const ended = unsubscribe(db, reachOf(request), id, clock.now(), request.query.version).catch(refuseChanged);
      if (!(await ended)) throw noHook(id);
      await recordAuditEvents(db, [auditOf(request, clock, "webhook", id, { action: "unsubscribe" })]);
      return await reply.status(204).send(null);
    },
  );
}
