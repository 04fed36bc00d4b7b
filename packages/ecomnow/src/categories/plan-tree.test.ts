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

const paths = (...records: CategoryRecord[]) => planTree(records).categories.map(({ path }) => path);
const problems = (...records: CategoryRecord[]) =>
  planTree(records).problems.map(({ code, category }) => `${code} ${category}`);

describe("the category tree", () => {
  it("has parents before children and siblings by position, then code", () => {
    expect(paths(record("b"), record("c", "a"), record("a", null, { position: 1 }), record("d", "b"))).toEqual([
      "b",
      "b/d",
      "a",
      "a/c",
    ]);
  });

  it("puts an orphan at the top", () => {
    const data = [record("a"), record("b", "gone"), record("c", "b")];
    expect(paths(...data)).toEqual(["a", "b", "b/c"]);
    expect(problems(...data)).toEqual(["ORPHAN b"]);
  });

  it("opens a circle at its first code, and keeps what hangs on it", () => {
    const data = [record("c", "b"), record("b", "a"), record("a", "c"), record("leaf", "b"), record("self", "self")];
    expect(paths(...data)).toEqual(["a", "a/b", "a/b/c", "a/b/leaf", "self"]);
    expect(problems(...data)).toEqual(["CYCLE a", "CYCLE self"]);
  });

  it("numbers the second of two siblings with one slug, past numbers that are taken", () => {
    const data = [
      record("1", null, { name: "Küche & Bad" }),
      record("2", null, { name: "Kuche Bad" }),
      record("3", null, { slug: "kuche-bad-2" }),
    ];
    expect(paths(...data)).toEqual(["kuche-bad", "kuche-bad-3", "kuche-bad-2"]);
    expect(problems(...data)).toEqual(["DUPLICATE_SLUG 2"]);
  });

  it("keeps the first of two categories with one code", () => {
    expect(problems(record("a"), record("a", null, { position: 1 }))).toEqual(["DUPLICATE_CODE a"]);
  });

  it("makes slugs of letters in any script", () => {
    expect(["  Crème Brûlée!", "キッチン", "--", "A/B\\C"].map(toSlug)).toEqual([
      "creme-brulee",
      "キッチン",
      "",
      "a-b-c",
    ]);
  });

  it("places every code once, under its parent or at the top, whatever the data", () => {
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
    fc.assert(
      fc.property(records, (data) => {
        const { categories } = planTree(data);
        expect(categories.map(({ code }) => code).sort()).toEqual([...new Set(data.map(({ code }) => code))].sort());
        expect(new Set(categories.map(({ path }) => path)).size).toBe(categories.length);
        for (const { parentCode, path, slug, position } of categories) {
          const parent = categories.find(({ code }) => code === parentCode);
          expect(path).toBe(parent === undefined ? slug : `${parent.path}/${slug}`);
          if (parent !== undefined) expect(parent.position).toBeLessThan(position);
        }
        expect(planTree(data.toReversed()).categories.length).toBe(categories.length);
      }),
    );
  });
});
