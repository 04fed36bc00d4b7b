import { DAY_MS, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { countDueBetween } from "@drumline/core/scheduling";
import { loadNamedSchedules, loadStripCells, loadStripRuns, RUN_STATUSES, type StoredSchedule } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { quickRead } from "../http/quick-read.ts";
import { instant } from "../http/wire.ts";

const CELL_MS = 15 * MINUTE_MS;
const CELLS = DAY_MS / CELL_MS;
const LAST_RUNS = 30;
const MOST_IDS = 200;

const what = { reason: z.string().nullable().describe("Why it did not finish."), lateMs: z.number().nullable() };
const stripsSchema = z
  .object({
    from: instant.describe("When the first cell begins."),
    cellMs: z.int(),
    cells: z.int().describe("How many there are; the last one is not over."),
    items: z.array(
      z.object({
        id: z.string(),
        key: z.string(),
        cells: z
          .array(
            z.object({
              cell: z.int().describe("The first is 0; cells without an occurrence are left out."),
              status: z.enum(RUN_STATUSES).describe("The worst of them."),
              runId: z.string().describe("The run of that status."),
              runs: z.int(),
              failed: z.int(),
              ...what,
            }),
          )
          .nullable()
          .describe("Null where the schedule is due less often than hourly: then `runs` has its last 30."),
        runs: z
          .array(
            z.object({
              id: z.string(),
              status: z.enum(RUN_STATUSES),
              dueAt: instant,
              startedAt: instant.nullable(),
              finishedAt: instant.nullable(),
              ...what,
            }),
          )
          .nullable()
          .describe("Oldest first."),
      }),
    ),
  })
  .meta({ id: "ScheduleStrips" });

/** The last day of some schedules, small enough to stand in a line of a table. */
export function addScheduleStripRoute(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/schedules/strips",
    {
      schema: {
        summary: "What became of the last occurrences of some schedules",
        description: "24 hours in cells of 15 minutes, by due instant; starts by hand are not occurrences.",
        tags: ["schedules"],
        querystring: z.strictObject({
          ids: z
            .string()
            .min(1)
            .max(20_000)
            .refine((text) => text.split(",").length <= MOST_IDS, { error: `expected at most ${MOST_IDS}` })
            .describe("Ids or keys of schedules, separated by commas; what is none is left out."),
        }),
        response: { 200: stripsSchema },
      },
    },
    async ({ query: { ids } }) => {
      const now = clock.now();
      const from = new Date(Math.ceil((now.getTime() + 1) / CELL_MS) * CELL_MS - DAY_MS);
      return quickRead(db, async (tx) => {
        const schedules = await loadNamedSchedules(tx, ids.split(","));
        const rare = new Set(schedules.filter((schedule) => isRare(schedule, now)).map(({ id }) => id));
        const often = schedules.filter(({ id }) => !rare.has(id)).map(({ id }) => id);
        const cells = groupBySchedule(await loadStripCells(tx, often, from, CELL_MS));
        const runs = groupBySchedule(await loadStripRuns(tx, [...rare], LAST_RUNS));
        const items = schedules.map(({ id, key }) => ({
          id,
          key,
          cells: rare.has(id) ? null : (cells.get(id) ?? []),
          runs: rare.has(id) ? (runs.get(id) ?? []) : null,
        }));
        return { from, cellMs: CELL_MS, cells: CELLS, items };
      });
    },
  );
}

/** Due less often than hourly: a day of it would be an empty strip. */
function isRare({ trigger, anchorAt }: StoredSchedule, now: Date): boolean {
  if (trigger.kind === "interval") return trigger.everyMs > HOUR_MS;
  return countDueBetween(trigger, anchorAt, new Date(now.getTime() - DAY_MS), now) < DAY_MS / HOUR_MS;
}

function groupBySchedule<Row extends { readonly scheduleId: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(row.scheduleId, [...(groups.get(row.scheduleId) ?? []), row]);
  return groups;
}
