import { z } from "zod";

export const settingsSearch = z.object({
  q: z.string().optional(),
  source: z.enum(["DEFAULT", "ENVIRONMENT", "ENV_FILE"]).optional().catch(undefined),
});
