import { z } from "zod";

/** The page that was wanted before somebody had to sign in, and the code of what went wrong at the provider. */
export const signInSearch = z.object({
  to: z.string().optional(),
  failed: z
    .string()
    .regex(/^[A-Z_]{1,40}$/)
    .optional()
    .catch(undefined),
});
