import type { Api, ApiParts } from "../api.ts";
import { loadOverview, overviewSchema } from "./overview.ts";

export function addOverviewRoute(app: Api, parts: ApiParts): void {
  app.get(
    "/api/v1/overview",
    {
      schema: {
        summary: "What the status page shows, in one answer",
        tags: ["health"],
        response: { 200: overviewSchema },
      },
    },
    async () => loadOverview(parts),
  );
}
