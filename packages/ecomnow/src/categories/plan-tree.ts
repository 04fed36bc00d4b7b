import { createYielder, type Yielder } from "@drumline/core/process";
import { cutText } from "@drumline/core/text";

import { sortPausing } from "./sort-pausing.ts";

/** A category as a vendor's data says it. */
export interface CategoryRecord {
  readonly code: string;
  readonly parent: string | null;
  readonly name: string;
  /** Null: made from the name. */
  readonly slug: string | null;
  readonly position: number;
}

/** A category at its place in the tree. */
export interface PlacedCategory {
  readonly code: string;
  readonly parentCode: string | null;
  readonly name: string;
  readonly slug: string;
  /** Slugs from the root: `home/kitchen`. */
  readonly path: string;
  readonly depth: number;
  /** Parents before children, siblings in order. */
  readonly position: number;
}

/** What is wrong with the data, and what was made of it. */
export interface TreeProblem {
  readonly code: "BAD_RECORD" | "DUPLICATE_CODE" | "ORPHAN" | "CYCLE" | "DUPLICATE_SLUG" | "TOO_DEEP" | "TOO_LONG";
  readonly category: string;
  readonly problem: string;
}

/** A tree, and what is wrong with the data it was made of. */
export interface PlannedTree {
  readonly categories: readonly PlacedCategory[];
  /** The first of them. */
  readonly problems: readonly TreeProblem[];
  readonly problemCount: number;
}

export const DEEPEST = 20;
const MOST_PROBLEMS = 1_000;
/** Of one category's path, and of its code; an index entry of PostgreSQL holds 2,704. */
const MOST_PATH_BYTES = 2_000;
/** Of all paths together: they are held in memory until the tree is written. */
const MOST_BYTES_OF_PATHS = 32 * 1024 * 1024;

/**
 * Builds the tree, and loses nothing on the way: an orphan stands at the top, a cycle is opened at its first code, and
 * of two siblings with one slug the second gets a number. What is too deep or has too long a path is left out. Each is
 * reported. The same data always gives the same tree. The work grows with the number of records, whatever their shape,
 * and lets others have the event loop in between.
 */
export async function planTree(
  records: readonly CategoryRecord[],
  pause: Yielder = createYielder(),
): Promise<PlannedTree> {
  const found: { list: TreeProblem[]; count: number } = { list: [], count: 0 };
  const report: Report = (code, category, problem) => {
    found.count += 1;
    if (found.list.length < MOST_PROBLEMS) found.list.push({ code, category, problem });
  };
  const byCode = new Map<string, CategoryRecord>();
  for (const record of await sortPausing(records, inOrder, pause)) {
    if (byCode.has(record.code)) report("DUPLICATE_CODE", record.code, "comes twice; the first is kept");
    else byCode.set(record.code, record);
    await pause();
  }
  const parents = await findParents(byCode, report, pause);
  const children = new Map<string | null, CategoryRecord[]>();
  for (const record of byCode.values()) {
    const parent = parents.get(record.code)!;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [record]);
    else siblings.push(record);
    await pause();
  }
  return { categories: await place(children, report, pause), problems: found.list, problemCount: found.count };
}

type Report = (code: TreeProblem["code"], category: string, problem: string) => void;

function inOrder(left: CategoryRecord, right: CategoryRecord): number {
  return left.position - right.position || compareText(left.code, right.code);
}

export const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** Every code's parent as the tree will have it. */
async function findParents(
  byCode: ReadonlyMap<string, CategoryRecord>,
  report: Report,
  pause: Yielder,
): Promise<ReadonlyMap<string, string | null>> {
  const parents = new Map<string, string | null>();
  for (const { code, parent } of byCode.values()) {
    const isOrphan = parent !== null && !byCode.has(parent);
    if (isOrphan) report("ORPHAN", code, `its parent ${parent} is not there; it stands at the top`);
    parents.set(code, isOrphan ? null : parent);
    await pause();
  }
  const rooted = new Set<string>();
  // By code, so that a cycle is opened at the same place whatever the order of the data.
  for (const start of await sortPausing([...byCode.keys()], compareText, pause)) {
    const way: string[] = [];
    const onWay = new Set<string>();
    let code: string | null = start;
    while (code !== null && !rooted.has(code) && !onWay.has(code)) {
      way.push(code);
      onWay.add(code);
      code = parents.get(code)!;
      await pause();
    }
    if (code !== null && onWay.has(code)) {
      const cycle = way.slice(way.indexOf(code));
      const first = cycle.reduce((least, other) => (other < least ? other : least));
      report("CYCLE", first, `${describeCycle(cycle)} is a circle; ${first} stands at the top`);
      parents.set(first, null);
    }
    for (const passed of way) {
      rooted.add(passed);
      await pause();
    }
  }
  return parents;
}

const MOST_NAMED = 10;

function describeCycle(cycle: readonly string[]): string {
  const named = cycle.slice(0, MOST_NAMED);
  const others = cycle.length - named.length;
  return [...named, ...(others === 0 ? [] : [`(${others} more)`]), cycle[0]].join(" > ");
}

/** A category that waits for its place. */
interface Unplaced {
  readonly record: CategoryRecord;
  readonly parent: PlacedCategory | null;
  readonly slug: string;
  readonly parentBytes: number;
}

async function place(
  children: ReadonlyMap<string | null, readonly CategoryRecord[]>,
  report: Report,
  pause: Yielder,
): Promise<readonly PlacedCategory[]> {
  const placed: PlacedCategory[] = [];
  let bytesLeft = MOST_BYTES_OF_PATHS;
  /** A stack and no recursion: data may be as deep as it likes. */
  const open: Unplaced[] = [];
  const push = async (parent: PlacedCategory | null, parentBytes: number) => {
    const siblings = children.get(parent?.code ?? null) ?? [];
    const slugs = await toSlugs(siblings, report, pause);
    for (let index = siblings.length - 1; index >= 0; index -= 1)
      open.push({ record: siblings[index]!, parent, slug: slugs[index]!, parentBytes });
  };
  await push(null, 0);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { record, parent, slug, parentBytes } = next;
    const { code, name } = record;
    const depth = parent === null ? 0 : parent.depth + 1;
    const pathBytes = parentBytes + 1 + Buffer.byteLength(slug);
    if (depth >= DEEPEST) {
      report("TOO_DEEP", code, `is deeper than ${DEEPEST} levels; it and what is below it are left out`);
      continue;
    }
    if (Buffer.byteLength(code) > MOST_PATH_BYTES) {
      report(
        "TOO_LONG",
        code,
        `its code is longer than ${MOST_PATH_BYTES} bytes; it and what is below it are left out`,
      );
      continue;
    }
    if (pathBytes > MOST_PATH_BYTES || pathBytes > bytesLeft) {
      const limit = pathBytes > MOST_PATH_BYTES ? `${MOST_PATH_BYTES} bytes` : "what all paths together may have";
      report("TOO_LONG", code, `its path is longer than ${limit}; it and what is below it are left out`);
      continue;
    }
    bytesLeft -= pathBytes;
    const path = parent === null ? slug : `${parent.path}/${slug}`;
    const category = { code, parentCode: parent?.code ?? null, name, slug, path, depth, position: placed.length };
    placed.push(category);
    await push(category, pathBytes);
  }
  return placed;
}

/** One slug for each sibling, all different. */
async function toSlugs(siblings: readonly CategoryRecord[], report: Report, pause: Yielder): Promise<string[]> {
  const wanted: string[] = [];
  for (const { slug, name, code } of siblings) {
    wanted.push(toSlug(slug ?? "") || toSlug(name) || toSlug(code) || "category");
    await pause();
  }
  const taken = new Set<string>(wanted);
  const given = new Set<string>();
  /** By slug, so that the numbers of the thousandth duplicate are not counted from 2 again. */
  const nextNumbers = new Map<string, number>();
  const slugs: string[] = [];
  for (const [index, slug] of wanted.entries()) {
    await pause();
    if (!given.has(slug)) {
      given.add(slug);
      slugs.push(slug);
      continue;
    }
    let number = nextNumbers.get(slug) ?? 2;
    while (taken.has(`${slug}-${number}`)) {
      number += 1;
      await pause();
    }
    nextNumbers.set(slug, number + 1);
    const other = `${slug}-${number}`;
    taken.add(other);
    report("DUPLICATE_SLUG", siblings[index]!.code, `a sibling has the slug ${slug} already; it gets ${other}`);
    slugs.push(other);
  }
  return slugs;
}

const LONGEST_SLUG = 80;

/** Lower-case letters and digits with hyphens between: "Küche & Bad" is `kuche-bad`. Letters of any script stay. */
export function toSlug(text: string): string {
  const slug = text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-|-$/g, "");
  return cutText(slug, LONGEST_SLUG);
}
