import { recordAuditEvents } from "@drumline/audit/audit-events";
import {
  clients,
  ConfigurationChanged,
  ConfigurationExists,
  ConfigurationInUse,
  type ConfigurationRules,
  type ConfiguredRow,
  createConfigurationRules,
  endpoints,
  RefusedConfiguration,
  type Resource,
  vendors,
  watchedApis,
} from "@drumline/ecomnow/commands";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { auditOf } from "../auth/audit-of.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, rowId, versionQuery, versionSchema } from "../http/wire.ts";

/** The answer to what cannot be done with configuration; null for every other error. */
export function toConfigurationProblem(error: unknown): HttpProblem | null {
  if (error instanceof RefusedConfiguration) {
    const errors = error.problems.map(({ where, ...rest }) => ({ where: `body.${where}`, ...rest }));
    return new HttpProblem(422, "It cannot be so; errors lists everything that is wrong.", {
      code: error.code,
      errors,
    });
  }
  if (error instanceof ConfigurationChanged)
    return new HttpProblem(409, error.message, { code: error.code, currentVersion: error.currentVersion });
  if (error instanceof ConfigurationExists || error instanceof ConfigurationInUse)
    return new HttpProblem(409, error.message, { code: error.code });
  return null;
}

const LONGEST_BODY = 256 * 1024;
const params = z.strictObject({ id: rowId });

/** Vendors, clients, their endpoints, and watched APIs. */
export function addConfigurationRoutes(app: Api, parts: ApiParts): void {
  const rules = createConfigurationRules(parts.secrets, parts.privateHosts);
  addRoutes(app, parts, rules, { resource: vendors, path: "vendors", tag: "vendors", id: "Vendor" });
  addRoutes(app, parts, rules, { resource: clients, path: "clients", tag: "clients", id: "Client" });
  addRoutes(app, parts, rules, { resource: endpoints, path: "client-endpoints", tag: "clients", id: "ClientEndpoint" });
  addRoutes(app, parts, rules, { resource: watchedApis, path: "watched-apis", tag: "watched APIs", id: "WatchedApi" });
}

interface Routed<New extends object, Patch extends object, Filter extends object, View extends ConfiguredRow> {
  readonly resource: Resource<New, Patch, Filter, View>;
  readonly path: string;
  readonly tag: string;
  /** Names its views in the document. */
  readonly id: string;
}

/** A bigint is its digits on the wire, and a Date an instant: as all routes have them. */
function toWire(view: z.ZodObject): z.ZodObject {
  const shape = Object.entries(view.shape).map(([name, field]) => {
    if (field instanceof z.ZodBigInt) return [name, rowId];
    if (field instanceof z.ZodNullable && field.unwrap() instanceof z.ZodBigInt) return [name, rowId.nullable()];
    if (field instanceof z.ZodNullable && field.unwrap() instanceof z.ZodDate) return [name, instant.nullable()];
    return [name, field];
  });
  return z.object(Object.fromEntries(shape));
}

/** The five routes of one kind: each write is one transaction with its audit event, before and after. */
function addRoutes<New extends object, Patch extends object, Filter extends object, View extends ConfiguredRow>(
  app: Api,
  { db, clock }: ApiParts,
  rules: ConfigurationRules,
  { resource, path, tag, id: name }: Routed<New, Patch, Filter, View>,
): void {
  const { noun, entityType } = resource;
  const url = `/api/v1/${path}`;
  const view = toWire(resource.view).meta({ id: name });
  const newBody = resource.newBody.meta({ id: `New${name}` });
  const patchBody = resource.patchBody.extend({ version: versionSchema }).meta({ id: `${name}Patch` });
  const tags = [tag];
  const notThere = (id: bigint) => new HttpProblem(404, `There is no ${noun} ${id}; GET ${url} lists them.`);

  app.get(
    url,
    {
      schema: {
        summary: `Every ${noun}, by id`,
        tags,
        querystring: z.strictObject({ ...resource.filter.shape, ...pageQuery({ limit: 100, most: 500 }) }),
        response: { 200: pageOf(view) },
      },
    },
    async ({ query }) =>
      (await loadPage(
        query as Filter & { limit: number; cursor?: string | undefined },
        rowId,
        (filter, after, limit) => resource.load(db, filter as Filter, after, limit),
        ({ id }) => id,
      )) as never,
  );

  app.post(
    url,
    {
      bodyLimit: LONGEST_BODY,
      config: { access: "admin" },
      schema: {
        summary: `A new ${noun}`,
        tags,
        body: newBody,
        response: { 201: view, 409: problemSchema, 422: problemSchema },
      },
    },
    async (request, reply) => {
      const created = await db.$transaction(async (tx) => {
        const after = await resource.create(tx, request.body as New, rules);
        const content = { action: "create", before: null, after };
        await recordAuditEvents(tx, [auditOf(request, clock, entityType, after.id, content)]);
        return after;
      });
      return reply
        .status(201)
        .header("location", `${url}/${created.id}`)
        .send(created as never);
    },
  );

  app.get(
    `${url}/:id`,
    { schema: { summary: `One ${noun}`, tags, params, response: { 200: view, 404: problemSchema } } },
    async ({ params: { id } }) => {
      const found = await resource.find(db, id);
      if (found === null) throw notThere(id);
      return found as never;
    },
  );

  app.patch(
    `${url}/:id`,
    {
      bodyLimit: LONGEST_BODY,
      config: { access: "admin" },
      schema: {
        summary: `Change a ${noun}`,
        description: "What is left out stays, its secrets among it.",
        tags,
        params,
        body: patchBody,
        response: { 200: view, 404: problemSchema, 409: problemSchema, 422: problemSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { version, ...patch } = request.body as Patch & { version: number };
      return await db.$transaction(async (tx) => {
        const change = await resource.update(tx, { id, version, patch: patch as unknown as Patch }, rules);
        if (change === null) throw notThere(id);
        await recordAuditEvents(tx, [auditOf(request, clock, entityType, id, { action: "update", ...change })]);
        return change.after as never;
      });
    },
  );

  app.delete(
    `${url}/:id`,
    {
      config: { access: "admin" },
      schema: {
        summary: `Delete a ${noun}`,
        description: "Refused where something hangs on it that would be lost: switch it off instead.",
        tags,
        params,
        querystring: versionQuery,
        response: { 204: z.null(), 404: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await db.$transaction(async (tx) => {
        const before = await resource.remove(tx, id, request.query.version);
        if (before === null) throw notThere(id);
        const content = { action: "delete", before, after: null };
        await recordAuditEvents(tx, [auditOf(request, clock, entityType, id, content)]);
      });
      return reply.status(204).send(null);
    },
  );
}
