import { z } from "zod";

/** What the address of the list holds: the filter under the names of the api, and where in the list one is. */
export const runsSearch = z.object({
  status: z.string().optional(),
  origin: z.string().optional(),
  task: z.string().optional(),
  schedule: z.string().optional(),
  queue: z.string().optional(),
  error: z.string().optional(),
  fingerprint: z.string().optional(),
  args: z.string().optional(),
  lateOverMs: z.union([z.string(), z.number()]).optional(),
  q: z.string().optional(),
  by: z.enum(["created", "due", "finished"]).optional().catch(undefined),
  from: z.string().optional(),
  to: z.string().optional(),
  cursor: z.string().optional(),
  /** `failures`: those of the filter by their cause. */
  view: z.enum(["failures"]).optional().catch(undefined),
});

export const RUN_TABS = ["log", "result", "problems", "arguments", "attempts", "chunks"] as const;

export const runSearch = z.object({ tab: z.enum(RUN_TABS).optional().catch(undefined) });
