import swaggerUi from "@fastify/swagger-ui";

import type { Api } from "./api.ts";

/**
 * The description at /docs/json, and a page to read it and try the routes at /docs. It tells of the product and not of
 * this installation, so it asks for no token; the routes it calls do.
 */
export async function addDocsPage(app: Api): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook("onRoute", (route) => void (route.config = { ...route.config, access: "public" }));
    await scope.register(swaggerUi, { routePrefix: "/docs", staticCSP: true, uiConfig: { docExpansion: "list" } });
  });
}
