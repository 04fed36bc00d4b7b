import { recordAuditEvents } from "@drumline/audit/audit-events";
import {
  ConfigurationChanged,
  ConfigurationInUse,
  ConfigurationRefused,
  deleteConfiguration,
  NoSuchConfiguration,
  type Seen,
} from "@drumline/integration/commands";
import type { FastifyRequest } from "fastify";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { auditOf } from "../auth/audit-of.ts";
import type { ToProblem } from "../http/answer-problems.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";

export const toIntegrationProblem: ToProblem = (error) => {
  if (error instanceof NoSuchConfiguration) return new HttpProblem(404, error.message);
  if (error instanceof ConfigurationInUse) return new HttpProblem(409, error.message, { code: "CONFIGURATION_IN_USE" });
  if (error instanceof ConfigurationChanged)
    return new HttpProblem(409, error.message, {
      code: "CONFIGURATION_CHANGED",
      currentVersion: error.currentVersion,
    });
  if (error instanceof ConfigurationRefused)
    return new HttpProblem(422, error.message, { errors: [{ where: error.where, problem: error.message }] });
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
  readonly find: (identifier: string) => Promise<Row | null>;
  /** Its identifier. */
  readonly save: (seen: Seen | null, body: Body) => Promise<string>;
}

const byIdentifier = z.strictObject({ identifier: z.string().min(1).max(100) });
const version = z.coerce.number().int().min(1).describe("As you saw it: 409 where somebody changed it meanwhile.");
const refusals = { 404: problemSchema, 409: problemSchema, 422: problemSchema };

/** List, create, read, replace and delete of one kind. Each change is on record with who made it. */
export function addConfigurationRoutes<Body, Row extends { readonly identifier: string }>(
  app: Api,
  { db, clock }: ApiParts,
  { kind, path, body, view, load, find, save }: Kind<Body, Row>,
): void {
  const base = `/api/v1/integration/${path}`;
  const tags = ["integration"];
  const show = async (identifier: string): Promise<Row> => {
    const found = await find(identifier);
    if (found === null) throw new HttpProblem(404, `There is no ${kind} "${identifier}".`);
    return found;
  };
  const record = (request: FastifyRequest, identifier: string, action: string) =>
    recordAuditEvents(db, [auditOf(request, clock, `integration_${kind}`, identifier, { action })]);

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
      const identifier = await save(null, request.body as Body);
      await record(request, identifier, "create");
      return reply
        .status(201)
        .header("location", `${base}/${identifier}`)
        .send(await show(identifier));
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
    ({ params }) => show(params.identifier),
  );

  app.put(
    `${base}/:identifier`,
    {
      schema: {
        summary: `Replace a ${kind}`,
        description: "What is left out becomes what a new one has, but a secret, which stays.",
        tags,
        params: byIdentifier,
        body: body.extend({ version }),
        response: { 200: view, ...refusals },
      },
    },
    async (request) => {
      const { version: seen, ...rest } = request.body;
      const { identifier } = request.params;
      await save({ identifier, version: Number(seen) }, rest as Body);
      await record(request, identifier, "change");
      return show(identifier);
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
        querystring: z.strictObject({ version }),
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { identifier } = request.params;
      await deleteConfiguration(db, kind, { identifier, version: request.query.version }, clock.now());
      await record(request, identifier, "delete");
      return reply.status(204).send(null);
    },
  );
}
