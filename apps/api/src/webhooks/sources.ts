import { randomUUID } from "node:crypto";

import { recordAuditEvents } from "@drumline/audit/audit-events";
import { WEBHOOK_SCHEMES } from "@drumline/events/signatures";
import {
  createSource,
  deleteSource,
  findSecretProblems,
  loadSource,
  loadSources,
  rotateSourceToken,
  SourceChanged,
  SourceExists,
  SourceInUse,
  updateSource,
  type WebhookSource,
} from "@drumline/events/sources";
import { UnusableSecret } from "@drumline/events/subscriptions";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { auditOf } from "../auth/audit-of.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, versionQuery, versionSchema } from "../http/wire.ts";

const slug = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: "expected small letters, digits and hyphens" });

const sourceSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    consumer: z.string(),
    scheme: z.enum(WEBHOOK_SCHEMES),
    secretCount: z.int().describe("How many are good now; they are told nobody."),
    isDisabled: z.boolean(),
    requestsPerMinute: z.int(),
    silentAfterSeconds: z.int().nullable(),
    lastReceivedAt: instant.nullable().describe("To a few seconds."),
    lastRefusedAt: instant.nullable(),
    lastRefusal: z.string().nullable().describe("Why the last one that was refused was."),
    pullAskedAt: instant.nullable().describe("When the consumer was last asked to pull what may be missing."),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: "WebhookSource" });

const told = {
  token: z.string().describe("Told this once."),
  path: z.string().describe("Where the sender posts to, behind the address of this api."),
};

const fields = {
  consumer: slug.describe("Who is given what comes in, such as `integration`."),
  scheme: z.enum(WEBHOOK_SCHEMES).describe("How the sender signs; NONE: it only knows the address."),
  secrets: z
    .array(z.string().max(500))
    .max(5)
    .describe("Newest first; all are good, so that one can take the place of another. Never shown again."),
  isDisabled: z.boolean().describe("Nothing is taken in, and nothing handed on."),
  requestsPerMinute: z.int().min(1).max(60_000),
  silentAfterSeconds: z
    .int()
    .min(60)
    .max(31_536_000)
    .nullable()
    .describe("After so long without a webhook a problem is opened and the consumer is asked to pull; null: never."),
};

const newSourceSchema = z
  .strictObject({
    name: slug.describe("Stays as it is: it names what came in."),
    consumer: fields.consumer,
    scheme: fields.scheme,
    secrets: fields.secrets.default([]),
    isDisabled: fields.isDisabled.default(false),
    requestsPerMinute: fields.requestsPerMinute.default(600),
    silentAfterSeconds: fields.silentAfterSeconds.default(null),
  })
  .meta({ id: "NewWebhookSource" });

const patchSchema = z
  .strictObject(fields)
  .partial()
  .extend({ version: versionSchema })
  .meta({ id: "WebhookSourcePatch" });

const params = z.strictObject({ id: z.uuid() });
const noSource = (id: string) => new HttpProblem(404, `There is no webhook source ${id}.`);
const pathOf = (token: string) => `/webhooks/in/${token}`;

/** The answer to what cannot be done with a source; null for every other error. */
export function toSourceProblem(error: unknown): HttpProblem | null {
  if (error instanceof SourceChanged)
    return new HttpProblem(409, error.message, { code: error.code, currentVersion: error.currentVersion });
  if (error instanceof SourceExists || error instanceof SourceInUse)
    return new HttpProblem(409, error.message, { code: error.code });
  return null;
}

/** Sources of webhooks: each an address, a scheme and secrets. */
export function addWebhookSourceRoutes(app: Api, { db, clock, secrets: box }: ApiParts): void {
  app.get(
    "/api/v1/webhook-sources",
    {
      config: { keepsNoCopy: true },
      schema: {
        summary: "Sources of webhooks, by name",
        tags: ["webhooks"],
        querystring: z.strictObject({
          consumer: z.string().max(63).optional(),
          scheme: z.enum(WEBHOOK_SCHEMES).optional(),
          ...pageQuery({ limit: 100, most: 200 }),
        }),
        response: { 200: pageOf(sourceSchema) },
      },
    },
    ({ query }) =>
      loadPage(
        query,
        z.string(),
        (filter, after, limit) => loadSources(db, box, filter, after, limit),
        ({ name }) => name,
      ),
  );

  app.post(
    "/api/v1/webhook-sources",
    {
      // Its answer holds a token that nobody is told twice, and the same name twice is a 409.
      config: { access: "admin", idempotencyKey: false },
      schema: {
        summary: "A new source of webhooks",
        tags: ["webhooks"],
        body: newSourceSchema,
        response: { 201: sourceSchema.extend(told), 409: problemSchema, 422: problemSchema, 503: problemSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      refuseWrongSecrets(body);
      const id = randomUUID();
      const created = await sealing(() =>
        db.$transaction(async (tx) => {
          const source = await createSource(tx, box, { id, ...body }, clock.now());
          const { token: _, ...after } = source;
          await recordAuditEvents(tx, [
            auditOf(request, clock, "webhook_source", id, { action: "create", before: null, after }),
          ]);
          return source;
        }),
      );
      return reply
        .status(201)
        .header("location", `/api/v1/webhook-sources/${id}`)
        .send({ ...created, path: pathOf(created.token) });
    },
  );

  app.get(
    "/api/v1/webhook-sources/:id",
    {
      config: { keepsNoCopy: true },
      schema: {
        summary: "One source of webhooks",
        tags: ["webhooks"],
        params,
        response: { 200: sourceSchema, 404: problemSchema },
      },
    },
    async ({ params: { id } }) => toView(await loadSource(db, box, id), id),
  );

  app.patch(
    "/api/v1/webhook-sources/:id",
    {
      config: { access: "admin" },
      schema: {
        summary: "Change a source of webhooks",
        description:
          "What is left out stays. For a rotation send the new secret and the old one, and later the new one alone.",
        tags: ["webhooks"],
        params,
        body: patchSchema,
        response: { 200: sourceSchema, 404: problemSchema, 409: problemSchema, 422: problemSchema, 503: problemSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const known = await loadSource(db, box, id);
      if (known === null) throw noSource(id);
      const { scheme = known.scheme, secrets = known.secrets } = request.body;
      // Secrets that do not open here are judged when they do.
      if (secrets !== null) refuseWrongSecrets({ scheme, secrets });
      const changed = await sealing(() =>
        db.$transaction(async (tx) => {
          const change = await updateSource(tx, box, { id, ...request.body }, clock.now());
          if (change === null) return null;
          const hasNewSecrets = request.body.secrets !== undefined;
          const content = { action: "update", ...change, hasNewSecrets };
          await recordAuditEvents(tx, [auditOf(request, clock, "webhook_source", id, content)]);
          return change.after;
        }),
      );
      return toView(changed, id);
    },
  );

  app.post(
    "/api/v1/webhook-sources/:id/rotate-token",
    {
      config: { access: "admin", idempotencyKey: false },
      schema: {
        summary: "Give a source another address",
        description: "The address before is good for one day more, so that the sender can be told.",
        tags: ["webhooks"],
        params,
        body: z.strictObject({ version: versionSchema }),
        response: {
          200: sourceSchema.extend({ ...told, oldTokenUntil: instant }),
          404: problemSchema,
          409: problemSchema,
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const rotated = await db.$transaction(async (tx) => {
        const source = await rotateSourceToken(tx, box, { id, version: request.body.version }, clock.now());
        if (source === null) throw noSource(id);
        const { token: _, ...after } = source;
        await recordAuditEvents(tx, [auditOf(request, clock, "webhook_source", id, { action: "rotate-token", after })]);
        return source;
      });
      return { ...rotated, path: pathOf(rotated.token) };
    },
  );

  app.delete(
    "/api/v1/webhook-sources/:id",
    {
      config: { access: "admin" },
      schema: {
        summary: "Delete a source of webhooks",
        description: "What it sent stays until it is old. Refused while some of it waits, or something is made for it.",
        tags: ["webhooks"],
        params,
        querystring: versionQuery,
        response: { 204: z.null(), 404: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await db.$transaction(async (tx) => {
        const before = await deleteSource(tx, box, { id, version: request.query.version });
        if (before === null) throw noSource(id);
        await recordAuditEvents(tx, [
          auditOf(request, clock, "webhook_source", id, { action: "delete", before, after: null }),
        ]);
      });
      return reply.status(204).send(null);
    },
  );
}

function toView(source: WebhookSource | null, id: string): WebhookSource {
  if (source === null) throw noSource(id);
  return source;
}

function refuseWrongSecrets(source: Parameters<typeof findSecretProblems>[0]): void {
  const problems = findSecretProblems(source);
  if (problems.length === 0) return;
  throw new HttpProblem(422, "The secrets do not fit the scheme; errors lists every one that is wrong.", {
    code: "UNFIT_SECRETS",
    errors: problems.map(({ where, problem }) => ({ where: `body.secrets${where}`, problem })),
  });
}

async function sealing<Done>(work: () => Promise<Done>): Promise<Done> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnusableSecret) throw new HttpProblem(503, error.message, { cause: error, code: error.code });
    throw error;
  }
}
