import { z } from "zod";

import { badRequest } from "./http-error.ts";

/** What a client sent, as the schema reads it. Throws a 400 with every problem. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw badRequest(`${what} is not as expected:\n${z.prettifyError(parsed.error)}`);
}
