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
  readonly code: "DUPLICATE_CODE" | "ORPHAN" | "CYCLE" | "DUPLICATE_SLUG" | "TOO_DEEP";
  readonly category: string;
  readonly problem: string;
}

const DEEPEST = 20;

/**
 * Builds the tree, and loses nothing on the way: an orphan stands at the top, a cycle is opened at its first code, and
 * of two siblings with one slug the second gets a number. Each is reported. The same data always gives the same tree.
 */
export function planTree(records: readonly CategoryRecord[]): {
  readonly categories: readonly PlacedCategory[];
  readonly problems: readonly TreeProblem[];
} {
  const problems: TreeProblem[] = [];
  const byCode = new Map<string, CategoryRecord>();
  for (const record of [...records].sort(inOrder)) {
    if (byCode.has(record.code))
      problems.push({ code: "DUPLICATE_CODE", category: record.code, problem: "comes twice; the first is kept" });
    else byCode.set(record.code, record);
  }
  const parents = findParents(byCode, problems);
  const children = new Map<string | null, CategoryRecord[]>();
  for (const record of byCode.values()) {
    const parent = parents.get(record.code)!;
    children.set(parent, [...(children.get(parent) ?? []), record]);
  }
  return { categories: place(children, problems), problems };
}

function inOrder(left: CategoryRecord, right: CategoryRecord): number {
  return left.position - right.position || compareText(left.code, right.code);
}

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** Every code's parent as the tree will have it. */
function findParents(
  byCode: ReadonlyMap<string, CategoryRecord>,
  problems: TreeProblem[],
): ReadonlyMap<string, string | null> {
  const parents = new Map<string, string | null>();
  for (const { code, parent } of byCode.values()) {
    const isOrphan = parent !== null && !byCode.has(parent);
    if (isOrphan)
      problems.push({
        code: "ORPHAN",
        category: code,
        problem: `its parent ${parent} is not there; it stands at the top`,
      });
    parents.set(code, isOrphan ? null : parent);
  }
  const rooted = new Set<string>();
  // By code, so that a cycle is opened at the same place whatever the order of the data.
  for (const start of [...byCode.keys()].sort(compareText)) {
    const way: string[] = [];
    const onWay = new Set<string>();
    let code: string | null = start;
    while (code !== null && !rooted.has(code) && !onWay.has(code)) {
      way.push(code);
      onWay.add(code);
      code = parents.get(code)!;
    }
    if (code !== null && onWay.has(code)) {
      const cycle = way.slice(way.indexOf(code));
      const first = [...cycle].sort(compareText)[0]!;
      problems.push({
        code: "CYCLE",
        category: first,
        problem: `${[...cycle, code].join(" > ")} is a circle; ${first} stands at the top`,
      });
      parents.set(first, null);
    }
    for (const passed of way) rooted.add(passed);
  }
  return parents;
}

function place(
  children: ReadonlyMap<string | null, readonly CategoryRecord[]>,
  problems: TreeProblem[],
): PlacedCategory[] {
  const placed: PlacedCategory[] = [];
  /** A stack and no recursion: data may be as deep as it likes. */
  const open: { record: CategoryRecord; parent: PlacedCategory | null; slug: string }[] = [];
  const push = (parent: PlacedCategory | null) => {
    const siblings = children.get(parent?.code ?? null) ?? [];
    const slugs = toSlugs(siblings, problems);
    for (let index = siblings.length - 1; index >= 0; index -= 1)
      open.push({ record: siblings[index]!, parent, slug: slugs[index]! });
  };
  push(null);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { record, parent, slug } = next;
    const depth = parent === null ? 0 : parent.depth + 1;
    if (depth === DEEPEST)
      problems.push({
        code: "TOO_DEEP",
        category: record.code,
        problem: `is deeper than ${DEEPEST} levels; it and what is below it are left out`,
      });
    if (depth >= DEEPEST) continue;
    const path = parent === null ? slug : `${parent.path}/${slug}`;
    const category = {
      code: record.code,
      parentCode: parent?.code ?? null,
      name: record.name,
      slug,
      path,
      depth,
      position: placed.length,
    };
    placed.push(category);
    push(category);
  }
  return placed;
}

/** One slug for each sibling, all different. */
function toSlugs(siblings: readonly CategoryRecord[], problems: TreeProblem[]): string[] {
  const wanted = siblings.map(
    ({ slug, name, code }) => toSlug(slug ?? "") || toSlug(name) || toSlug(code) || "category",
  );
  const taken = new Set<string>(wanted);
  const given = new Set<string>();
  return wanted.map((slug, index) => {
    if (!given.has(slug)) {
      given.add(slug);
      return slug;
    }
    let number = 2;
    while (taken.has(`${slug}-${number}`) || given.has(`${slug}-${number}`)) number += 1;
    const other = `${slug}-${number}`;
    given.add(other);
    problems.push({
      code: "DUPLICATE_SLUG",
      category: siblings[index]!.code,
      problem: `a sibling has the slug ${slug} already; it gets ${other}`,
    });
    return other;
  });
}

/** Lower-case letters and digits with hyphens between: "Küche & Bad" is `kuche-bad`. Letters of any script stay. */
export function toSlug(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 80);
}
