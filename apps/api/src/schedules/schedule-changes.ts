import {
  CHANGE_ACTIONS,
  loadSchedule,
  loadScheduleChanges,
  NoSuchSchedule,
  type ScheduleChangeRow,
} from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { problemSchema } from "../http/problem.ts";

const changeSchema = z
  .object({
    id: z.string(),
    schedule: z.string().describe("Key of the schedule."),
    action: z.enum(CHANGE_ACTIONS),
    by: z.string().describe("Name of the token."),
    at: z.string(),
    version: z.int().describe("The version the change made."),
    before: z.unknown().describe("Null where there was none."),
    after: z.unknown().describe("Null once it is deleted."),
  })
  .meta({ id: "ScheduleChange" });

export function addScheduleChangesRoute(app: Api, { db }: ApiParts): void {
  app.get(
    "/api/v1/schedule-changes",
    {
      schema: {
        summary: "Who changed which schedule, newest first",
        tags: ["schedules"],
        querystring: z.strictObject({
          schedule: z.string().max(100).optional().describe("Id or key; of a deleted schedule too."),
          limit: z.coerce.number().int().min(1).max(200).default(50),
          cursor: z
            .string()
            .regex(/^\d{1,18}$/, { error: 'pass the "next" of the page before' })
            .optional(),
        }),
        response: {
          200: z.object({ items: z.array(changeSchema), next: z.string().nullable() }),
          400: problemSchema,
          404: problemSchema,
        },
      },
    },
    async ({ query: { schedule, limit, cursor } }) => {
      const scheduleId = schedule === undefined ? null : await findId(schedule);
      const rows = await loadScheduleChanges(db, scheduleId, cursor === undefined ? null : BigInt(cursor), limit + 1);
      const page = rows.slice(0, limit);
      return { items: page.map(toView), next: rows.length > limit ? String(page.at(-1)!.id) : null };
    },
  );

  async function findId(idOrKey: string): Promise<string> {
    const found = await loadSchedule(db, idOrKey);
    if (found === null) throw new NoSuchSchedule(idOrKey, null);
    return found.id;
  }
}

function toView({ id, key, action, changedBy, changedAt, version, before, after }: ScheduleChangeRow) {
  return {
    id: String(id),
    schedule: key,
    action,
    version,
    before,
    after,
    by: changedBy,
    at: changedAt.toISOString(),
  };
}
