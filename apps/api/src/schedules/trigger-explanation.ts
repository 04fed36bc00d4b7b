import { explainTrigger, type Trigger } from "@drumline/core/scheduling";
import { z } from "zod";

import { instant } from "../http/wire.ts";

/** What every answer about a schedule says of its time besides the time itself. */
export const explanationShape = {
  expression: z.string().describe("`every 300s`, or five cron fields."),
  inWords: z.string(),
  next: z.array(instant).describe("The next five runs."),
  warnings: z.array(z.string()).describe("What it does that its author may not expect."),
  clockChanges: z
    .array(
      z.object({
        kind: z.enum(["repeated", "left out"]),
        localTime: z.string().describe("The first local time it meets, such as `2026-10-25T02:30`."),
        instants: z.array(instant).describe("When the clock shows it: twice, or never."),
        runsAt: z.array(instant),
        inWords: z.string(),
      }),
    )
    .describe("The nights of the coming 400 days on which the clock change meets it."),
  crontabGuruUrl: z.string().nullable().describe("The same expression at crontab.guru; null for an interval."),
} as const;

/** An interval that is not saved yet counts from now. */
export function toExplanation(trigger: Trigger, now: Date, anchor?: Date) {
  const { next, warnings, clockChanges, ...words } = explainTrigger(trigger, now, anchor);
  return {
    ...words,
    next: [...next],
    warnings: [...warnings],
    clockChanges: clockChanges.map(({ instants, runsAt, ...change }) => ({
      ...change,
      instants: [...instants],
      runsAt: [...runsAt],
    })),
  };
}
