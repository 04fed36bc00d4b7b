import { recordAuditEvents } from "@drumline/audit/audit-events";
import {
  ConfigurationChanged,
  ConfigurationInUse,
  ConfigurationRefused,
  deleteConfiguration,
  NoSuchConfiguration,
  type Seen,
} from "@drumline/integration/commands";
import type { Database, Transaction } from "@drumline/db";
import type { FastifyRequest } from "fastify";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { auditOf } from "../auth/audit-of.ts";
import type { ToProblem } from "../http/answer-problems.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { versionSchema } from "../http/wire.ts";

export const toIntegrationProblem: ToProblem = (error) => {
  if (error instanceof NoSuchConfiguration) return new HttpProblem(404, error.message);
  if (error instanceof ConfigurationInUse) return new HttpProblem(409, error.message, { code: "CONFIGURATION_IN_USE" });
  if (error instanceof ConfigurationChanged)
    return new HttpProblem(409, error.message, {
      code: "CONFIGURATION_CHANGED",
      currentVersion: error.currentVersion,
    });
  if (error instanceof ConfigurationRefused)
    return new HttpProblem(422, error.message, { errors: [...error.problems] });
  return null;
};

/** One kind of configuration: its words, its shape, and what reads and writes it. */
interface Kind<Body, Row> {
  readonly kind: "incoming" | "outgoing" | "transformer" | "route";
  /** Last step of the path. */
  readonly path: string;
  readonly body: z.ZodObject;
  readonly view: z.ZodType;
  readonly load: (page: { after: string | null; limit: number }) => Promise<readonly Row[]>;
  readonly find: (db: Database | Transaction, identifier: string) => Promise<Row | null>;
  /** Before the transaction that saves it. */
  readonly check?: (body: Body) => Promise<void>;
  /** Its identifier. */
  readonly save: (tx: Transaction, seen: Seen | null, body: Body) => Promise<string>;
}

const byIdentifier = z.strictObject({ identifier: z.string().min(1).max(100) });
const refusals = { 404: problemSchema, 409: problemSchema, 422: problemSchema };

/** List, create, read, replace and delete of one kind. Each write is one transaction with its audit event, before and after. */
export function addConfigurationRoutes<Body, Row extends { readonly identifier: string }>(
  app: Api,
  { db, clock }: ApiParts,
  { kind, path, body, view, load, find, check, save }: Kind<Body, Row>,
): void {
  const base = `/api/v1/integration/${path}`;
  const tags = ["integration"];
  const show = async (from: Database | Transaction, identifier: string): Promise<Row> => {
    const found = await find(from, identifier);
    if (found === null) throw new HttpProblem(404, `There is no ${kind} "${identifier}".`);
    return found;
  };
  const record = (tx: Transaction, request: FastifyRequest, identifier: string, content: object) =>
    recordAuditEvents(tx, [auditOf(request, clock, `integration_${kind}`, identifier, content)]);
  const replace = (request: FastifyRequest, seen: Seen, wanted: Body): Promise<Row> =>
    db.$transaction(async (tx) => {
      const before = await find(tx, seen.identifier);
      await save(tx, seen, wanted);
      const after = await show(tx, seen.identifier);
      await record(tx, request, seen.identifier, { action: "update", before, after });
      return after;
    });

  app.get(
    base,
    {
      schema: {
        summary: `Configurations of the integration: each ${kind}, by identifier`,
        tags,
        querystring: z.strictObject(pageQuery({ limit: 100, most: 200 })),
        response: { 200: pageOf(view) },
      },
    },
    ({ query }) =>
      loadPage(
        query,
        z.string(),
        (_filter, after, limit) => load({ after, limit }),
        ({ identifier }) => identifier,
      ),
  );

  app.post(
    base,
    {
      schema: {
        summary: `A new ${kind}`,
        description: "Its identifier is made from its name, and kept when the name changes.",
        tags,
        body,
        response: { 201: view, 422: problemSchema },
      },
    },
    async (request, reply) => {
      await check?.(request.body as Body);
      const created = await db.$transaction(async (tx) => {
        const after = await show(tx, await save(tx, null, request.body as Body));
        await record(tx, request, after.identifier, { action: "create", before: null, after });
        return after;
      });
      return reply.status(201).header("location", `${base}/${created.identifier}`).send(created);
    },
  );

  app.get(
    `${base}/:identifier`,
    {
      schema: {
        summary: `One ${kind}`,
        tags,
        params: byIdentifier,
        response: { 200: view, 404: problemSchema },
      },
    },
    ({ params }) => show(db, params.identifier),
  );

  app.put(
    `${base}/:identifier`,
    {
      schema: {
        summary: `Replace a ${kind}`,
        description: "What is left out becomes what a new one has, but a secret, which stays.",
        tags,
        params: byIdentifier,
        body: body.extend({ version: versionSchema }),
        response: { 200: view, ...refusals },
      },
    },
    async (request) => {
      const { version, ...rest } = request.body as Body & { version: number };
      await check?.(rest as Body);
      return await replace(request, { identifier: request.params.identifier, version }, rest as Body);
    },
  );

  app.delete(
    `${base}/:identifier`,
    {
      schema: {
        summary: `Delete a ${kind}`,
        description: "Refused while a route uses it, or tasks of the route wait.",
        tags,
        params: byIdentifier,
        querystring: z.strictObject({ version: z.coerce.number().pipe(versionSchema) }),
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { identifier } = request.params;
      await db.$transaction(async (tx) => {
        const before = await find(tx, identifier);
        await deleteConfiguration(tx, kind, { identifier, version: request.query.version }, clock.now());
        await record(tx, request, identifier, { action: "delete", before, after: null });
      });
      return reply.status(204).send(null);
    },
  );
}
