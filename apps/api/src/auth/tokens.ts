import { recordAuditEvents } from "@drumline/audit/audit-events";
import { DAY_MS, HOUR_MS, SECOND_MS } from "@drumline/core/clock";
import type { Transaction } from "@drumline/db";
import {
  issueToken,
  loadTokenPage,
  MOST_OLD_MS,
  NoSuchToken,
  RefusedToken,
  revokeToken,
  ROLES,
  rotateToken,
  SCOPE_MEANINGS,
  SCOPES,
  type TokenRow,
} from "@drumline/engine";
import { endSubscriptionsOf, setSubscriptionsEnd } from "@drumline/events/subscriptions";
import type { FastifyRequest } from "fastify";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { clientAddressOf } from "../http/client-address.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant } from "../http/wire.ts";
import { whoAsks } from "./access.ts";
import { auditOf } from "./audit-of.ts";

const scopes = z
  .array(z.enum(SCOPES))
  .max(SCOPES.length)
  .describe(
    `Empty: whatever the role may do. ${Object.entries(SCOPE_MEANINGS)
      .map(([scope, meaning]) => `${scope}: ${meaning}`)
      .join("; ")}.`,
  );

const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    scopes: scopes.readonly(),
    createdAt: instant,
    createdBy: z.string().nullable(),
    expiresAt: instant.nullable().describe("Null: never."),
    rotatedAt: instant.nullable(),
    oldUntil: instant.nullable().describe("Until then, the secret before the last rotation is good too."),
    lastUsedAt: instant.nullable().describe("To the minute."),
    revokedAt: instant.nullable(),
  })
  .meta({ id: "Token" });

const issuedSchema = z
  .object({ token: tokenSchema, secret: z.string().describe("Told this once.") })
  .meta({ id: "IssuedToken" });

const expiry = instant.nullable().describe("When it is refused from; null is never.");
const params = z.object({ id: z.uuid() });
const DEFAULT_OLD_SECONDS = DAY_MS / SECOND_MS;

/** Tokens of programs. What a token has subscribed to ends with it. */
export function addTokenRoutes(app: Api, { db, clock }: ApiParts): void {
  const changeOf = (request: FastifyRequest, also?: (tx: Transaction, token: TokenRow) => Promise<unknown>) => ({
    now: clock.now(),
    by: whoAsks(request),
    remoteAddr: clientAddressOf(request),
    ...(also === undefined ? {} : { also }),
  });
  const audit = (request: FastifyRequest, token: TokenRow, content: object) =>
    recordAuditEvents(db, [auditOf(request, clock, "token", token.id, { ...content, name: token.name })]);

  app.get(
    "/api/v1/tokens",
    {
      config: { access: "admin" },
      schema: {
        summary: "Tokens, by name",
        tags: ["access"],
        querystring: z.strictObject({
          revoked: z.stringbool().optional().describe("Those too that are revoked."),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(tokenSchema) },
      },
    },
    ({ query }) =>
      loadPage(
        query,
        z.object({ name: z.string().max(80), id: z.uuid() }),
        (filter, after, limit) => loadTokenPage(db, filter, after, limit),
        ({ name, id }) => ({ name, id }),
      ),
  );

  app.post(
    "/api/v1/tokens",
    {
      config: { access: "admin", idempotencyKey: false },
      schema: {
        summary: "Make a token",
        tags: ["access"],
        body: z
          .strictObject({
            name: z
              .string()
              .min(1)
              .max(80)
              .describe("Who it is for; stands in the audit and beside the runs it starts."),
            role: z.enum(ROLES).default("viewer"),
            scopes: scopes.default([]),
            expiresAt: expiry.optional(),
          })
          .meta({ id: "NewToken" }),
        response: { 201: issuedSchema, 409: problemSchema, 422: problemSchema },
      },
    },
    async (request, reply) => {
      const { expiresAt = null, ...wanted } = request.body;
      const issued = await issueToken(db, { ...wanted, expiresAt }, changeOf(request));
      await audit(request, issued.token, { action: "create", role: wanted.role, scopes: wanted.scopes, expiresAt });
      return reply.status(201).send(issued);
    },
  );

  app.post(
    "/api/v1/tokens/:id/rotate",
    {
      config: { access: "admin", idempotencyKey: false },
      schema: {
        summary: "Give a token another secret",
        description:
          "Name, role, scopes and subscriptions stay. The secret it had is good for a while, a day by default.",
        tags: ["access"],
        params,
        body: z
          .strictObject({
            oldForSeconds: z
              .int()
              .min(0)
              .max(MOST_OLD_MS / SECOND_MS)
              .default(DEFAULT_OLD_SECONDS)
              .describe(`How long the secret it had is good for; ${(7 * DAY_MS) / HOUR_MS} hours at most.`),
            expiresAt: expiry.optional().describe("Left out, it stays as it is."),
          })
          .meta({ id: "TokenRotation" }),
        response: { 200: issuedSchema, 404: problemSchema, 422: problemSchema },
      },
    },
    async (request) => {
      const { oldForSeconds, expiresAt } = request.body;
      const rotation = { oldForMs: oldForSeconds * SECOND_MS, expiresAt };
      const change = changeOf(request, (tx, token) => setSubscriptionsEnd(tx, token, token.expiresAt));
      const issued = await rotateToken(db, request.params.id, rotation, change);
      await audit(request, issued.token, { action: "rotate", oldForSeconds, expiresAt: issued.token.expiresAt });
      return issued;
    },
  );

  app.delete(
    "/api/v1/tokens/:id",
    {
      config: { access: "admin" },
      schema: {
        summary: "Revoke a token: it is refused within seconds, and its subscriptions end",
        tags: ["access"],
        params,
        response: { 204: z.null(), 404: problemSchema },
      },
    },
    async (request, reply) => {
      const token = await revokeToken(db, request.params.id, changeOf(request, endSubscriptionsOf));
      if (token === null) throw new NoSuchToken(request.params.id);
      await audit(request, token, { action: "revoke" });
      return reply.status(204).send(null);
    },
  );
}

export function toTokenProblem(error: unknown): HttpProblem | null {
  if (error instanceof NoSuchToken) return new HttpProblem(404, error.message, { cause: error });
  if (error instanceof RefusedToken) return new HttpProblem(422, error.message, { code: error.code, cause: error });
  return null;
}
