import { z } from "zod";

export const problemsSearch = z.object({
  open: z.enum(["true", "false", "all"]).optional().catch(undefined),
  context: z.string().optional(),
  kind: z.string().optional(),
  severity: z.enum(["ERROR", "WARNING", "INFO"]).optional().catch(undefined),
  subjectKey: z.string().optional(),
  cursor: z.string().optional(),
});
