import { z } from "zod";

export const mailsSearch = z.object({
  status: z.string().optional(),
  kind: z.string().optional(),
  cursor: z.string().optional(),
});
