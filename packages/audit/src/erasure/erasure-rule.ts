import { Prisma } from "@drumline/db";

import { is, mentions, type Person, without } from "./person.sql.ts";

export type ErasureAct = "ERASE" | "ANONYMISE" | "KEEP";

/** What becomes of one table's rows of one person. Rules of one table are followed in the order of the list. */
export interface ErasureRule {
  readonly table: string;
  readonly act: ErasureAct;
  /** Those that hold something of a person. */
  readonly columns: readonly string[];
  /** Which rows, over `record`. What is done must make it false, so that a second erasure finds nothing. */
  readonly found: (person: Person) => Prisma.Sql;
  /** What an anonymised row becomes: assignments. */
  readonly set?: (person: Person) => Prisma.Sql;
  /** Why rows are kept. */
  readonly reason?: string;
}

/** Takes the address out of free text and JSON, and leaves the rest. */
export function redact(
  table: string,
  columns: Readonly<Record<string, "text" | "jsonb">>,
  where: (person: Person) => Prisma.Sql = () => Prisma.sql`true`,
): ErasureRule {
  const names = Object.keys(columns);
  return {
    table,
    act: "ANONYMISE",
    columns: names,
    found: whereMentioned(names, where),
    set: (person) =>
      Prisma.join(
        Object.entries(columns).map(([name, type]) => Prisma.sql`${Prisma.raw(name)} = ${without(name, type, person)}`),
      ),
  };
}

/** Rows that stay as they are, for a reason that the report gives. */
export const keep = (
  table: string,
  columns: readonly string[],
  found: ErasureRule["found"],
  reason: string,
): ErasureRule => ({ table, act: "KEEP", columns, found, reason });

export const erase = (table: string, columns: readonly string[], found: ErasureRule["found"]): ErasureRule => ({
  table,
  act: "ERASE",
  columns,
  found,
});

export const anonymise = (
  table: string,
  columns: readonly string[],
  found: ErasureRule["found"],
  set: (person: Person) => Prisma.Sql,
): ErasureRule => ({ table, act: "ANONYMISE", columns, found, set });

export const whereIs =
  (column: string, where: Prisma.Sql = Prisma.sql`true`): ErasureRule["found"] =>
  (person) =>
    Prisma.sql`${is(column, person)} AND ${where}`;

export const whereMentioned =
  (columns: readonly string[], where: (person: Person) => Prisma.Sql = () => Prisma.sql`true`): ErasureRule["found"] =>
  (person) =>
    Prisma.sql`${where(person)} AND ${mentions(columns, person)}`;
