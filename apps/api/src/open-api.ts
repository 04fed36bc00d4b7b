import swagger from "@fastify/swagger";
import type { RouteOptions } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";

import type { Api } from "./api.ts";
import { accessOf } from "./auth/access.ts";

const ABOUT = `Reads the tasks, schedules, runs and queues of Drumline, changes schedules and starts runs.

Send \`Authorization: Bearer <token>\`; \`npm start\` prints one, and \`drumline token create <name> --role operator\` makes one. A viewer reads, an operator also runs and pauses things, an admin also changes schedules.

Errors are problem details (RFC 9457), instants are ISO 8601 in UTC, and names ending in Ms are milliseconds.`;

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
        { name: "queues", description: "What waits" },
        { name: "webhooks", description: "Who is told of what" },
        { name: "access", description: "Who may do what" },
      ],
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    },
    transform: (route) => describeAccess(route.route, jsonSchemaTransform(route)),
    transformObject: (document) => withoutUnused(jsonSchemaTransformObject(document)),
  });
}

type Transformed = ReturnType<typeof jsonSchemaTransform>;

/** Says beside each guarded route which role it takes. */
function describeAccess({ config, method }: RouteOptions, { schema, url }: Transformed): Transformed {
  const access = accessOf(config ?? {}, String(method));
  if (access === "public" || schema === null || schema === undefined) return { schema, url };
  const { description } = schema as { description?: string };
  const needs = `Needs the role ${access}.`;
  const guarded = {
    ...schema,
    description: description === undefined ? needs : `${description}\n\n${needs}`,
    security: [{ token: [] }],
  };
  return { schema: guarded, url };
}

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
