import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { loadScheduleViews, scheduleSchema } from "../overview/schedules.ts";

export function addSchedulesRoute(app: Api, parts: ApiParts): void {
  app.get(
    "/api/v1/schedules",
    {
      schema: {
        summary: "Every schedule, with its next occurrence and its last one",
        tags: ["schedules"],
        response: { 200: z.object({ items: z.array(scheduleSchema) }) },
      },
    },
    async () => ({ items: await loadScheduleViews(parts) }),
  );
}
