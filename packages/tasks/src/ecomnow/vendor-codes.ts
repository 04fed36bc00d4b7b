import { z } from "zod";

/** Which vendors a task is about: codes as in the vendor table, all active vendors when left out. */
export const vendors = z
  .array(z.string().min(1).max(64))
  .min(1)
  .max(1_000)
  .optional()
  .describe("vendor codes; all active vendors when left out");
