import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { type CategoryRecord, planTree, toSlug } from "./plan-tree.ts";

const record = (code: string, parent: string | null = null, more: Partial<CategoryRecord> = {}): CategoryRecord => ({
  code,
  parent,
  name: code,
  slug: null,
  position: 0,
  ...more,
});

const paths = async (...records: CategoryRecord[]) => (await planTree(records)).categories.map(({ path }) => path);
const problemsOf = async (...records: CategoryRecord[]) =>
  (await planTree(records)).problems.map(({ code, category }) => `${code} ${category}`);

describe("the category tree", () => {
  it("has parents before children and siblings by position, then code", async () => {
    expect(await paths(record("b"), record("c", "a"), record("a", null, { position: 1 }), record("d", "b"))).toEqual([
      "b",
      "b/d",
      "a",
      "a/c",
    ]);
  });

  it("puts an orphan at the top", async () => {
    const data = [record("a"), record("b", "gone"), record("c", "b")];
    expect(await paths(...data)).toEqual(["a", "b", "b/c"]);
    expect(await problemsOf(...data)).toEqual(["ORPHAN b"]);
  });

  it("opens a circle at its first code, and keeps what hangs on it", async () => {
    const data = [record("c", "b"), record("b", "a"), record("a", "c"), record("leaf", "b"), record("self", "self")];
    expect(await paths(...data)).toEqual(["a", "a/b", "a/b/c", "a/b/leaf", "self"]);
    expect(await problemsOf(...data)).toEqual(["CYCLE a", "CYCLE self"]);
  });

  it("numbers the second of two siblings with one slug, past numbers that are taken", async () => {
    const data = [
      record("1", null, { name: "Küche & Bad" }),
      record("2", null, { name: "Kuche Bad" }),
      record("3", null, { slug: "kuche-bad-2" }),
    ];
    expect(await paths(...data)).toEqual(["kuche-bad", "kuche-bad-3", "kuche-bad-2"]);
    expect(await problemsOf(...data)).toEqual(["DUPLICATE_SLUG 2"]);
  });

  it("keeps the first of two categories with one code", async () => {
    expect(await problemsOf(record("a"), record("a", null, { position: 1 }))).toEqual(["DUPLICATE_CODE a"]);
  });

  it("makes slugs of letters in any script", () => {
    expect(["  Crème Brûlée!", "キッチン", "--", "A/B\\C"].map(toSlug)).toEqual([
      "creme-brulee",
      "キッチン",
      "",
      "a-b-c",
    ]);
  });

  it("places every code once, under its parent or at the top, whatever the data", async () => {
    const codes = fc.constantFrom("a", "b", "c", "d", "e", "f", "g");
    const records = fc.array(
      fc.record({
        code: codes,
        parent: fc.option(codes),
        name: fc.string(),
        slug: fc.option(codes),
        position: fc.nat(3),
      }),
    );
    await fc.assert(
      fc.asyncProperty(records, async (data) => {
        const { categories } = await planTree(data);
        expect(categories.map(({ code }) => code).sort()).toEqual([...new Set(data.map(({ code }) => code))].sort());
        expect(new Set(categories.map(({ path }) => path)).size).toBe(categories.length);
        for (const { parentCode, path, slug, position } of categories) {
          const parent = categories.find(({ code }) => code === parentCode);
          expect(path).toBe(parent === undefined ? slug : `${parent.path}/${slug}`);
          if (parent !== undefined) expect(parent.position).toBeLessThan(position);
        }
        expect((await planTree(data.toReversed())).categories.length).toBe(categories.length);
      }),
    );
  });
});

describe("a category list as large as it may be", () => {
  const MOST = 100_000;
  const many = (toRecord: (n: number) => CategoryRecord) => Array.from({ length: MOST }, (_, n) => toRecord(n));

  /** The tree, and the most steps that the planning took between two looks at the clock. */
  async function plan(records: readonly CategoryRecord[]) {
    let pauses = 0;
    const tree = await planTree(records, async () => void (pauses += 1));
    return { ...tree, pauses };
  }

  it("is placed with work that grows with its length: flat", async () => {
    const { categories, problemCount, pauses } = await plan(many((n) => record(`c${n}`)));
    expect([categories.length, problemCount]).toEqual([MOST, 0]);
    expect(pauses).toBeGreaterThan(MOST);
    expect(pauses).toBeLessThan(10 * MOST);
  });

  it("is placed with work that grows with its length: one name for all", async () => {
    const { categories, problems, problemCount, pauses } = await plan(
      many((n) => record(`c${n}`, null, { name: "x" })),
    );
    expect(new Set(categories.map(({ path }) => path)).size).toBe(MOST);
    expect(problemCount).toBe(MOST - 1);
    expect(problems).toHaveLength(1_000);
    expect(pauses).toBeLessThan(10 * MOST);
  });

  it("is placed with work that grows with its length: names that take each other's numbers", async () => {
    const data = many((n) => record(`c${n}`, null, { name: n % 2 === 0 ? "x" : `x-${n}` }));
    const { categories, pauses } = await plan(data);
    expect(new Set(categories.map(({ path }) => path)).size).toBe(MOST);
    expect(pauses).toBeLessThan(10 * MOST);
  });

  it("tells of a circle of all in a few words", async () => {
    const { categories, problems } = await plan(many((n) => record(`c${n}`, `c${(n + 1) % MOST}`)));
    expect(categories).toHaveLength(20);
    expect(problems[0]).toMatchObject({ code: "CYCLE", category: "c0" });
    expect(problems[0]!.problem).toMatch(/^c0 > c1 > .* > \(99990 more\) > c0 is a circle; c0 stands at the top$/);
    expect(JSON.stringify(problems).length).toBeLessThan(10_000);
  });

  it("ends a chain of all at the deepest level", async () => {
    const { categories, problems } = await plan(many((n) => record(`c${n}`, n === 0 ? null : `c${n - 1}`)));
    expect(categories).toHaveLength(20);
    expect(problems).toEqual([expect.objectContaining({ code: "TOO_DEEP", category: "c20" })]);
  });

  it("leaves out what would make paths longer than the database and the memory hold", async () => {
    const slug = (n: number) => `${"漢".repeat(70)}${n}`;
    const deep = Array.from({ length: 15 }, (_, n) => record(`d${n}`, n === 0 ? null : `d${n - 1}`, { slug: slug(n) }));
    const leaves = many((n) => record(`leaf${n}`, "d8")).slice(0, 50_000);
    const { categories, problems } = await plan([...deep, ...leaves]);
    expect(Math.max(...categories.map(({ path }) => Buffer.byteLength(path)))).toBeLessThan(2_704);
    expect(categories.reduce((bytes, { path }) => bytes + Buffer.byteLength(path), 0)).toBeLessThan(33 * 1024 * 1024);
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["TOO_LONG"]));
  });

  it("makes slugs that the database can keep, wherever they are cut", () => {
    expect(toSlug(`${"x".repeat(79)}𠀀𠀀`)).toBe(`${"x".repeat(79)}𠀀`);
  });
});
