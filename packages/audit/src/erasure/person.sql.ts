import { Prisma } from "@drumline/db";

/** Whoever is to be forgotten: known by an address, trimmed and lower-cased. */
export interface Person {
  readonly emailKey: string;
  readonly now: Date;
}

/** The column holds the address and nothing else. */
export const is = (column: string, { emailKey }: Person): Prisma.Sql =>
  Prisma.sql`lower(btrim(${Prisma.raw(column)})) = ${emailKey}`;

/** The address stands somewhere in the text or JSON of one of the columns, and is not the tail or head of a longer one. */
export function mentions(columns: readonly string[], person: Person): Prisma.Sql {
  return Prisma.sql`(${Prisma.join(
    columns.map((column) => mentionsIn(Prisma.raw(`${column}::text`), person)),
    " OR ",
  )})`;
}

/** As `mentions`, of an expression that is text. */
export const mentionsIn = (text: Prisma.Sql, person: Person): Prisma.Sql =>
  Prisma.sql`(position(${person.emailKey} IN lower(${text})) > 0 AND lower(${text}) ~ ${patternOf(person)})`;

/** The text or JSON without the address, as an expression of the column's own type. */
export function without(column: string, type: "text" | "jsonb", person: Person): Prisma.Sql {
  const [of, as] = [Prisma.raw(`${column}::text`), Prisma.raw(type)];
  return Prisma.sql`regexp_replace(${of}, ${patternOf(person)}, ${String.raw`\1[erased]`}, 'gi')::${as}`;
}

/**
 * Behind a character that cannot be of the address itself, or behind one that JSON writes with a backslash (a line that
 * begins with it); and before one that cannot go on with it, as .uk would after example.co.
 */
function patternOf({ emailKey }: Person): string {
  const address = emailKey.replaceAll(/[^a-z0-9\u0080-\uffff]/g, String.raw`\$&`);
  return String.raw`(^|\\[nrtbf"]|[^[:alnum:]._%+-])${address}(?![[:alnum:]-]|\.[[:alnum:]])`;
}
