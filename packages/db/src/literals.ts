import { Prisma } from "./generated/client.ts";

/**
 * Words of our own, such as states, as a list that stands in the statement's text: so Postgres sees that a partial index
 * holds them all, which it does not of a parameter. Never of anything that came from outside.
 */
export const literals = (words: Iterable<string>): Prisma.Sql =>
  Prisma.raw([...words].map((word) => `'${word}'`).join(", "));
