import { z } from "zod";

/** What the address of the list holds. */
export const schedulesSearch = z.object({
  q: z.string().optional(),
  state: z.enum(["on", "paused", "stuck", "off"]).optional().catch(undefined),
  queue: z.string().optional(),
  source: z.enum(["ENV", "API"]).optional().catch(undefined),
  task: z.string().optional(),
  cursor: z.string().optional(),
});

export type SchedulesSearch = z.output<typeof schedulesSearch>;

export const SCHEDULE_TABS = ["now", "runs", "changes", "settings"] as const;

/** What the address of one schedule holds. */
export const scheduleSearch = z.object({
  tab: z.enum(SCHEDULE_TABS).optional().catch(undefined),
  /** Opens the dialog that asks for it, once. */
  do: z.enum(["run", "pause"]).optional().catch(undefined),
});
