import { SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import { createYielder, type Yielder } from "@drumline/core/process";
import type { JsonObject, TaskContext, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import type { HttpTransport } from "@drumline/outbound/http";
import type { SecretBox } from "@drumline/outbound/secrets";

import { findUnknownVendors } from "../products/vendor.sql.ts";
import type { EcomnowSettings } from "../settings.ts";
import { type CategoryData, fetchCategories, MOST_CATEGORIES, UnusableCategories } from "./category-data.ts";
import { hashOfCategories, toRecords } from "./category-records.ts";
import {
  type CategoryVendor,
  findCategoryVendors,
  loadCategoryPaths,
  lockCategoryVendor,
  type NewTree,
  swapTree,
} from "./category.sql.ts";
import { planTree, type TreeProblem } from "./plan-tree.ts";

const MOST_LISTED = 100;
const MOST_PROBLEMS_TOLD = 20;

interface Gateways {
  readonly http: HttpTransport;
  readonly secrets: SecretBox;
  /** A vendor's list of categories gets the patience of its feed. */
  readonly settings: Pick<EcomnowSettings, "ecomnowFeedTimeoutSeconds">;
}

type Context = TaskContext<{ vendors?: string[] | undefined }, Gateways, Database>;

/** Builds the category trees anew of vendors whose category data changed, each for itself. */
export async function rebuildCategoriesIfNeeded(context: Context): Promise<TaskResult> {
  const { db, args, signal, dryRun, limit, reportProblem } = context;
  for (const code of await findUnknownVendors(db, args.vendors ?? []))
    reportProblem({ recordId: code, error: "no active vendor has this code" });
  const counts = { vendors: 0, rebuilt: 0, unchanged: 0, failed: 0, categories: 0, problems: 0 };
  const wouldDo: JsonObject[] = [];
  for (const vendor of await findCategoryVendors(db, args.vendors ?? null)) {
    signal.throwIfAborted();
    if (counts.rebuilt + wouldDo.length >= (limit ?? Infinity)) break;
    counts.vendors += 1;
    try {
      const tree = await planVendorTree(context, vendor);
      if (tree === null || (!dryRun && !(await saveTree(context, vendor, tree)))) counts.unchanged += 1;
      else {
        counts.categories += tree.categories.length;
        counts.problems += tree.problemCount;
        if (dryRun)
          wouldDo.push({
            vendor: vendor.code,
            categories: tree.categories.length,
            problems: tree.problems.slice(0, MOST_LISTED).map((problem) => ({ ...problem })),
          });
        else counts.rebuilt += 1;
        reportProblems(context, vendor, tree.problems);
      }
    } catch (error) {
      signal.throwIfAborted();
      counts.failed += 1;
      reportProblem({ recordId: vendor.code, error: messageOf(error) });
    }
    context.progress(counts.vendors);
  }
  return dryRun ? { ...counts, wouldRebuild: wouldDo.length, wouldDo: wouldDo.slice(0, MOST_LISTED) } : counts;
}

function reportProblems({ reportProblem }: Context, vendor: CategoryVendor, problems: readonly TreeProblem[]): void {
  for (const { code, category, problem } of problems.slice(0, MOST_PROBLEMS_TOLD))
    reportProblem({ recordId: `${vendor.code} ${category}`, error: `${code}: ${problem}` });
}

/** Null when the data is what the current tree was built from. Throws `UnusableCategories` for data that lost too much. */
async function planVendorTree(context: Context, vendor: CategoryVendor): Promise<NewTree | null> {
  const pause = createYielder();
  const { records, bad, badCount } = await loadData(context, vendor, pause);
  const dataHash = await hashOfCategories(records, pause);
  if (dataHash === vendor.dataHash) {
    reportProblems(context, vendor, bad);
    return null;
  }
  refuseShrunken(vendor, records.length);
  refuseMostlyBad(vendor, records.length, bad, badCount);
  const { categories, problems, problemCount } = await planTree(records, pause);
  return { dataHash, categories, problems: [...bad, ...problems], problemCount: badCount + problemCount };
}

async function loadData(
  { db, gateways, signal }: Context,
  vendor: CategoryVendor,
  pause: Yielder,
): Promise<CategoryData> {
  const { url } = vendor;
  const { http, secrets, settings } = gateways;
  const timeoutMs = settings.ecomnowFeedTimeoutSeconds * SECOND_MS;
  if (url !== null) return await fetchCategories({ http, secrets, signal, timeoutMs }, { ...vendor, url }, pause);
  const paths = await loadCategoryPaths(db, vendor.id, MOST_CATEGORIES + 1);
  if (paths.length > MOST_CATEGORIES)
    throw new UnusableCategories(
      `its products name more than ${MOST_CATEGORIES} paths; a tree of so many is of no use.`,
    );
  return { records: await toRecords(paths, pause), bad: [], badCount: 0 };
}

const ALWAYS_ALLOWED = 2;

function refuseShrunken({ categories, maxShrinkPercent, acceptsShrunkenTree }: CategoryVendor, now: number): void {
  if (categories === null || acceptsShrunkenTree) return;
  const lost = categories - now;
  const isAllEmpty = now === 0 && categories > 0;
  if (isAllEmpty || lost > Math.max(ALWAYS_ALLOWED, (categories * maxShrinkPercent) / 100))
    throw new UnusableCategories(
      `the tree has ${categories} categories and would have ${now}; it may lose ${maxShrinkPercent} %. If that is right, set accepts_shrunken_tree of the vendor.`,
    );
}

/** A list whose records are mostly none is no list of categories, or one in another form. */
function refuseMostlyBad(
  { maxShrinkPercent, acceptsShrunkenTree }: CategoryVendor,
  good: number,
  bad: readonly TreeProblem[],
  badCount: number,
): void {
  if (acceptsShrunkenTree || badCount <= Math.max(ALWAYS_ALLOWED, ((good + badCount) * maxShrinkPercent) / 100)) return;
  const { category, problem } = bad[0]!;
  throw new UnusableCategories(
    `${badCount} of ${good + badCount} records cannot be used; ${maxShrinkPercent} % may be bad. The first, ${category}: ${problem}`,
  );
}

/** False when another run has swapped the same tree in. */
async function saveTree({ db, clock }: Context, vendor: CategoryVendor, tree: NewTree): Promise<boolean> {
  return await db.$transaction(async (tx) => {
    const now = await lockCategoryVendor(tx, vendor.id);
    if (now.dataHash === tree.dataHash) return false;
    await swapTree(tx, vendor.id, tree, clock.now());
    return true;
  });
}
