import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { erasureList, exceptions } from "./erasure-list.ts";

/** What a column is called that holds something of a person, or may: JSON and free text can hold anything. */
const SOUNDS_PERSONAL =
  /(^|_)(email|mail|phone|name|username|address|addr|ip|recipients?|customer|user|person|contact|street|city|postal|ship|owner|actor|body|payload)(_|$)/;

describe("the list of what an erasure walks", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.close());

  interface Column {
    readonly table: string;
    readonly column: string;
    readonly type: string;
  }

  const loadColumns = () => database.db.$queryRaw<Column[]>`
    SELECT columns.table_name AS "table", column_name AS "column", data_type AS type
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name <> '_prisma_migrations'
    ORDER BY 1, 2`;

  const isKnown = ({ table, column }: Column): boolean =>
    erasureList.some((rule) => rule.table === table && rule.columns.includes(column)) ||
    Object.hasOwn(exceptions, `${table}.${column}`) ||
    Object.hasOwn(exceptions, `*.${column}`);

  const findUnknown = async () =>
    (await loadColumns())
      .filter(({ column, type }) => SOUNDS_PERSONAL.test(column) || type === "jsonb" || type === "bytea")
      .filter((column) => !isKnown(column))
      .map(({ table, column }) => `${table}.${column}`);

  it("names every column that sounds like a person or may hold anything, or says why it is none", async () => {
    const unknown = await findUnknown();
    expect(unknown.map((column) => `${column}: name it in erasure-list.ts, or in its exceptions with why`)).toEqual([]);
  });

  it("is found to lack a column that is new", async () => {
    await database.db.$executeRaw`ALTER TABLE shop_product ADD COLUMN supplier_email text, ADD COLUMN extra jsonb`;
    expect(await findUnknown()).toEqual(["shop_product.extra", "shop_product.supplier_email"]);
    await database.db.$executeRaw`ALTER TABLE shop_product DROP COLUMN supplier_email, DROP COLUMN extra`;
  });

  it("names columns only that are there, and a thing of a person in every table that has names of people", async () => {
    const known = new Set((await loadColumns()).map(({ table, column }) => `${table}.${column}`));
    const named = erasureList.flatMap(({ table, columns }) => columns.map((column) => `${table}.${column}`));
    expect(named.filter((column) => !known.has(column))).toEqual([]);
    const excepted = Object.keys(exceptions).filter((column) => !column.startsWith("*."));
    expect(excepted.filter((column) => !known.has(column))).toEqual([]);
    for (const table of ["shop_customer", "shop_order", "shop_checkout", "shop_lead"])
      expect(named).toContain(`${table}.name`);
  });
});
