import { z } from "zod";

export const maintenanceSearch = z.object({
  open: z.enum(["true", "false"]).optional().catch(undefined),
  cursor: z.string().optional(),
});
