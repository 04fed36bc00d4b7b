import { z } from "zod";

export const configurationSearch = z.object({
  /** The row that is open. */
  id: z.string().optional(),
  cursor: z.string().optional(),
});
