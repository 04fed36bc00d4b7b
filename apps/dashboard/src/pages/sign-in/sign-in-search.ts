import { z } from "zod";

/** The page that was wanted before somebody had to sign in. */
export const signInSearch = z.object({ to: z.string().optional() });
