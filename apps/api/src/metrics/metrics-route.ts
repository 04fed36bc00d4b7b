import type { Api, ApiParts } from "../api.ts";
import { createMetrics } from "./metrics.ts";

export function addMetricsRoute(app: Api, parts: ApiParts): void {
  const { contentType, collect } = createMetrics(parts);
  app.get(
    "/metrics",
    {
      schema: {
        summary: "Prometheus metrics",
        description: "Asks the stores at each scrape; any number of apis may be scraped, and each says the same.",
        tags: ["health"],
        produces: ["text/plain"],
      },
    },
    async (_request, reply) => reply.type(contentType).send(await collect()),
  );
}
