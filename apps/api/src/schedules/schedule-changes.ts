import { CHANGE_ACTIONS, loadSchedule, loadScheduleChanges, NoSuchSchedule } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { problemSchema } from "../http/problem.ts";
import { instant, rowId } from "../http/wire.ts";

const changeSchema = z
  .object({
    id: rowId,
    schedule: z.string().describe("Key of the schedule."),
    action: z.enum(CHANGE_ACTIONS),
    by: z.string().describe("Name of the token."),
    at: instant,
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
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(changeSchema), 404: problemSchema },
      },
    },
    async ({ query }) => {
      const scheduleId = query.schedule === undefined ? null : await findId(query.schedule);
      const page = await loadPage(
        query,
        rowId,
        (_filter, after, limit) => loadScheduleChanges(db, scheduleId, after, limit),
        ({ id }) => id,
      );
      return {
        ...page,
        items: page.items.map(({ key, changedBy, changedAt, ...row }) => ({
          ...row,
          schedule: key,
          by: changedBy,
          at: changedAt,
        })),
      };
    },
  );

  async function findId(idOrKey: string): Promise<string> {
    const found = await loadSchedule(db, idOrKey);
    if (found === null) throw new NoSuchSchedule(idOrKey, null);
    return found.id;
  }
}
