import swaggerUi from "@fastify/swagger-ui";

import type { Api } from "./api.ts";

/** The description at /docs/json, and a page to read it and try the routes at /docs. */
export async function addDocsPage(app: Api): Promise<void> {
  await app.register(swaggerUi, { routePrefix: "/docs", staticCSP: true, uiConfig: { docExpansion: "list" } });
}
