import swagger from "@fastify/swagger";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";

import type { Api } from "./api.ts";

const ABOUT = `Reads the schedules, runs and queues of Drumline.

This version only reads, and asks nobody who they are: it binds to 127.0.0.1 unless API_HOST says otherwise. Let only trusted networks reach it.

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
      ],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withoutUnused(jsonSchemaTransformObject(document)),
  });
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
