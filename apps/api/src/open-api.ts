import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { RouteOptions } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";

import type { Api } from "./api.ts";
import { accessOf } from "./auth/access.ts";
import { scopeOf } from "./auth/scope-of.ts";
import { takesIdempotencyKey } from "./idempotency/idempotency-key.ts";
import { titleOf } from "./http/answer-problems.ts";

const ABOUT = `Reads the tasks, schedules, runs and queues of Drumline, changes schedules and starts runs.

Send \`Authorization: Bearer <token>\`; \`npm start\` prints one, and \`drumline token create <name> --role operator\` makes one. Browsers may send a session's cookie instead (\`POST /api/v1/session\`); what changes something is then taken from pages of the same site alone. A viewer reads, an operator also runs and pauses things, an admin also changes schedules.

Names are in camelCase, instants are ISO 8601 in UTC, and names ending in Ms are milliseconds. A list answers \`items\` and \`nextCursor\`, which is the \`cursor\` of its next page, its filters have the names of its fields, and with \`Accept: text/csv\` it is a file of all its pages. Errors are problem details (RFC 9457).

A POST takes an \`Idempotency-Key\` of at most 255 characters, which belongs to the token. The same key with the same path and body is answered as the first time, refusals included, with \`Idempotency-Replayed: true\`; with another path or body 422, and while the first request is at work 409. Keys are kept for a day. After a 5xx the request may be sent again at once under its key; after no answer at all it may be, too, and is 409 for two minutes at most. It is then done again: runs and schedules the first one made are found and not made twice, and what the first one changed may be answered with 409, since it is changed already.

Routes with \`x-wire-contract\` keep the names of another system.`;

/** Describes every route that is added after it as OpenAPI 3.1. */
export async function addOpenApi(app: Api): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Drumline", version: "0.1.0", description: ABOUT, license: { name: "MIT" } },
      tags: [
        { name: "health", description: "Whether work gets done" },
        { name: "tasks", description: "What can be done" },
        { name: "schedules", description: "When it is done" },
        { name: "runs", description: "What was done" },
        { name: "bulk actions", description: "One thing done to everything that a filter has" },
        { name: "maintenance", description: "When runs have to wait" },
        { name: "queues", description: "What waits" },
        { name: "problems", description: "What a person must see" },
        { name: "oms", description: "Packages and transfers, and what Omnitron sends" },
        { name: "shop", description: "The webshop: its orders, payments, stock, parcels and mails" },
        { name: "integration", description: "Two systems joined: what is read, changed and sent on" },
        { name: "user audit", description: "Whom the audit found, and what is done about it" },
        { name: "clients", description: "What is exchanged with the clients of eComNow" },
        { name: "vendors", description: "Whose feeds are read" },
        { name: "watched APIs", description: "Which APIs are asked whether they are well" },
        { name: "webhooks", description: "Who is told of what" },
        { name: "access", description: "Who may do what" },
        { name: "settings", description: "What the environment says" },
      ],
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer" },
          session: { type: "apiKey", in: "cookie", name: "__Host-drumline" },
        },
      },
    },
    transform: (route) => describeRoute(route.route, jsonSchemaTransform(route)),
    transformObject: (document) => withoutUnused(jsonSchemaTransformObject(document)),
  });
}

/**
 * The description at /docs/json, and a page to read it and try the routes at /docs. It tells of the product and not of
 * this installation, so it asks for no token; the routes it calls do. Every address in it is relative to the page, so that
 * it also works under a path of a proxy.
 */
export async function addDocsPage(app: Api): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook("onRoute", (route) => void (route.config = { ...route.config, access: "public" }));
    // The plugin's own page at the address without a slash, and its own redirect, lead to the root of the host.
    scope.addHook("onRequest", async ({ url }, reply) => {
      const relative = REDIRECTS[url.split("?", 1)[0]!];
      if (relative !== undefined) return reply.redirect(relative);
    });
    await scope.register(swaggerUi, {
      routePrefix: "/docs",
      staticCSP: DOCS_POLICY,
      uiConfig: { docExpansion: "list" },
      transformSpecification: (document) => ({ ...document, servers: [{ url: "../" }] }),
      transformSpecificationClone: false,
    });
  });
}

const REDIRECTS: Readonly<Record<string, string>> = { "/docs": "docs/", "/docs/static/index.html": "../" };

// Without upgrade-insecure-requests, which asks for HTTPS where the api speaks HTTP, and without other sites.
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

type Transformed = ReturnType<typeof jsonSchemaTransform>;
type Responses = Readonly<Record<string, object | undefined>>;

const PROBLEM = { $ref: "#/components/schemas/Problem" };
const IDEMPOTENCY_KEY = {
  type: "object",
  properties: {
    "Idempotency-Key": {
      type: "string",
      maxLength: 257,
      description:
        "A key of your own for this request, such as a UUID, in quotes or without. Sent again with the same body within a day, it is answered as the first time and does nothing.",
    },
  },
};
const REPLAYED = {
  "Idempotency-Replayed": { type: "string", enum: ["true"], description: "This is the answer to an earlier request." },
};
const RETRY_AFTER = { "Retry-After": { type: "integer", description: "Seconds until it is worth trying again." } };

/** Says beside each route which role it takes, whose wire contract it is, and every problem it may answer. */
function describeRoute({ config = {}, method }: RouteOptions, { schema, url }: Transformed): Transformed {
  if (schema === null || schema === undefined || (schema as { hide?: boolean }).hide === true) return { schema, url };
  const {
    description,
    response = {},
    ...rest
  } = schema as {
    description?: string;
    response?: Responses;
    params?: object;
    querystring?: { readonly properties?: object };
    body?: object;
  };
  const access = accessOf(config, String(method));
  const takesKey = takesIdempotencyKey(config, String(method));
  const isGuarded = access !== "public";
  const takesInput =
    rest.params !== undefined || rest.querystring !== undefined || rest.body !== undefined || config.hasCsv === true;
  const statuses = [
    ...(Object.keys(response).length === 0 ? ["200"] : Object.keys(response)),
    ...(takesInput ? ["400"] : []),
    ...(isGuarded ? ["401", "403", "429", "503"] : []),
    ...(takesKey ? ["400", "409", "422"] : []),
  ];
  const scope = scopeOf(String(method), url);
  const needs = isGuarded
    ? `Needs the role ${access}${scope === null ? "" : `; of tokens with scopes, ${scope}`}.`
    : null;
  return {
    schema: {
      ...rest,
      ...(config.hasCsv === true ? { querystring: withFormat(rest.querystring) } : {}),
      description: [description, needs].filter((text) => typeof text === "string").join("\n\n"),
      ...(isGuarded ? { security: [{ token: [] }, { session: [] }] } : {}),
      ...(takesKey ? { headers: IDEMPOTENCY_KEY } : {}),
      ...(config.wireContract === undefined ? {} : { "x-wire-contract": config.wireContract }),
      response: Object.fromEntries(
        [...new Set(statuses)].sort().map((status) => [status, describeResponse(status, response[status], takesKey)]),
      ),
    },
    url,
  };
}

/** Of every list; the hook that reads it takes it away before the filter is read. */
function withFormat(querystring: { readonly properties?: object } = {}): object {
  const format = {
    type: "string",
    enum: ["json", "csv"],
    description:
      "`csv`: the whole list as a file, as with `Accept: text/csv`; its last line says so where it stopped early.",
  };
  return { type: "object", ...querystring, properties: { ...querystring.properties, format } };
}

/** A problem has a media type of its own; whatever else a route answers is JSON, or what it says itself. */
function describeResponse(status: string, given: object | undefined, takesKey: boolean): object {
  const isProblem = Number(status) >= 400 && (given === undefined || isReferenceTo(given, PROBLEM.$ref));
  const replayed = takesKey && status.startsWith("2") ? { headers: REPLAYED } : {};
  if (!isProblem) return { description: SUCCESS[status] ?? titleOf(Number(status)), ...given, ...replayed };
  return {
    description: titleOf(Number(status)),
    ...(status === "429" ? { headers: RETRY_AFTER } : {}),
    content: { "application/problem+json": { schema: PROBLEM } },
  };
}

const SUCCESS: Readonly<Record<string, string>> = {
  200: "Done",
  201: "Created",
  202: "Accepted: it goes on without the caller",
  204: "Done, and there is nothing to say",
  302: "Sends a browser on",
};

const isReferenceTo = (schema: object, name: string): boolean => (schema as { $ref?: unknown }).$ref === name;

/** Each schema is listed as it is read and as it is written; only what a route reaches is of use to a reader. */
function withoutUnused<Document extends { paths?: object; components?: { schemas?: object } }>(
  document: Document,
): Document {
  const schemas: Readonly<Record<string, unknown>> = { ...document.components?.schemas };
  const used = new Set<string>();
  const visit = (part: unknown) => {
    for (const [, name] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name!)) continue;
      used.add(name!);
      visit(schemas[name!] ?? {});
    }
  };
  visit(document.paths ?? {});
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)));
  return { ...document, components: { ...document.components, schemas: kept } };
}
