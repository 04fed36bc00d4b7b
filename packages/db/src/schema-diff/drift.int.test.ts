import { describe, expect, it } from "@jest/globals";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import type { Database } from "../client.ts";
import { Prisma } from "../generated/client.ts";
import { diffSchemas } from "./diff-schemas.ts";
import { loadSchema, loadSnapshot } from "./schema-files.ts";
import { migrationsFolder } from "../migrate/migration-folder.ts";

/** What the catalogue of a database says, a line per fact, so that two of them can be compared as sets. */
const FACTS = {
  columns: Prisma.sql`
    SELECT format('%I.%I %s%s default %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                  CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
                  coalesce(pg_get_expr(d.adbin, d.adrelid), 'none')) AS fact
      FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relname <> '_prisma_migrations'`,
  "enums, in order": Prisma.sql`
    SELECT format('%I %s', t.typname, string_agg(e.enumlabel, ' ' ORDER BY e.enumsortorder)) AS fact
      FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
     GROUP BY t.typname`,
  constraints: Prisma.sql`
    SELECT format('%s %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS fact
      FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'f', 'u', 'x')
       AND conrelid::regclass::text <> '_prisma_migrations'`,
  indexes: Prisma.sql`
    SELECT indexdef AS fact FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
};

/** Constraints and indexes that only the migrations have are those the Prisma schema cannot express; anything else is drift. */
const MAY_HAVE_MORE = new Set(["indexes"]);

async function factsOf(db: Database, query: Prisma.Sql): Promise<string[]> {
  return (await db.$queryRaw<{ fact: string }[]>(query)).map(({ fact }) => fact).sort();
}

async function withBoth(compare: (migrated: TestDatabase, drawn: TestDatabase) => Promise<void>): Promise<void> {
  const [migrated, drawn] = await Promise.all([testDatabase(), testDatabase({ isBlank: true })]);
  try {
    await compare(migrated, drawn);
  } finally {
    await Promise.all([migrated.close(), drawn.close()]);
  }
}

describe("the migrations", () => {
  it("add up to the schema: columns, types, defaults, enums, keys and indexes", async () => {
    await withBoth(async (migrated, drawn) => {
      const statements = (await diffSchemas([], await loadSchema()))!
        .split(/;\n/)
        .filter((statement) => statement.trim() !== "");
      for (const statement of statements) await drawn.db.$executeRawUnsafe(statement);

      for (const [kind, query] of Object.entries(FACTS)) {
        const [found, expected] = [await factsOf(migrated.db, query), await factsOf(drawn.db, query)];
        expect(expected.length).toBeGreaterThan(0);
        expect({ kind, missing: expected.filter((fact) => !found.includes(fact)) }).toEqual({ kind, missing: [] });
        if (!MAY_HAVE_MORE.has(kind)) expect({ kind, found }).toEqual({ kind, found: expected });
      }
    });
  });

  it("have a snapshot beside them that means the same as the schema", async () => {
    expect(await diffSchemas(await loadSnapshot(migrationsFolder), await loadSchema())).toBeNull();
  });

  it("leave no index or constraint that the server marked invalid", async () => {
    await withBoth(async ({ db }) => {
      expect(await db.$queryRaw`SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid`).toEqual([]);
      expect(await db.$queryRaw`SELECT conname FROM pg_constraint WHERE NOT convalidated`).toEqual([]);
    });
  });
});
