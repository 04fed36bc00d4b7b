import { createHash } from "node:crypto";

import type { Yielder } from "@drumline/core/process";

import { type CategoryRecord, compareText, DEEPEST } from "./plan-tree.ts";
import { sortPausing } from "./sort-pausing.ts";

/** The categories that product paths such as `Home > Kitchen` speak of, each with the ones above it. */
export async function toRecords(paths: readonly string[], pause: Yielder): Promise<CategoryRecord[]> {
  const records = new Map<string, CategoryRecord>();
  for (const path of paths) {
    await pause();
    const names = path
      .split(">")
      .map((name) => name.trim())
      .filter((name) => name !== "");
    let parent: string | null = null;
    // One level more than a tree may have, so that the planner says what is left out.
    for (const name of names.slice(0, DEEPEST + 1)) {
      const code: string = parent === null ? name : `${parent} > ${name}`;
      if (!records.has(code)) records.set(code, { code, parent, name, slug: null, position: 0 });
      parent = code;
    }
  }
  return [...records.values()];
}

/** Of the data whatever its order: the same hash, the same tree. */
export async function hashOfCategories(records: readonly CategoryRecord[], pause: Yielder): Promise<string> {
  const rows: string[] = [];
  for (const { code, parent, name, slug, position } of records) {
    rows.push(JSON.stringify([code, parent, name, slug, position]));
    await pause();
  }
  const hash = createHash("sha256");
  for (const [index, row] of (await sortPausing(rows, compareText, pause)).entries()) {
    hash.update(index === 0 ? row : `\n${row}`);
    await pause();
  }
  return hash.digest("hex");
}
