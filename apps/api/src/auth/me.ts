import { ROLES } from "@drumline/engine";
import { z } from "zod";

import type { Api } from "../api.ts";

export function addMeRoute(app: Api): void {
  app.get(
    "/api/v1/me",
    {
      schema: {
        summary: "Whose token this is, and what it may do",
        tags: ["access"],
        response: { 200: z.object({ name: z.string(), role: z.enum(ROLES) }).nullable() },
      },
    },
    async ({ identity }) => identity,
  );
}
