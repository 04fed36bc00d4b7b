import { applyStagedLines, deactivateProducts, pageActiveProducts } from "./apply-feed.sql.ts";
import type { SeenIds } from "../feed/seen-ids.ts";
import { FeedUnusable } from "../feed/feed-unusable.ts";
import type { FeedRun } from "./feed-run.ts";
import type { StagedFeed } from "./stage-feed.ts";
import { claimVendor, type FeedVendor } from "../vendor.sql.ts";
import { tellsStock } from "./stock-events.ts";

const BATCH_ROWS = 5_000;
const PAGE_PRODUCTS = 50_000;

/** Writes what was staged, batch by batch: a run that ends in between is made good by the next one, which finds the rest still different. */
export async function applyFeed(
  run: FeedRun,
  vendor: FeedVendor,
  { counts }: StagedFeed,
): Promise<{ created: number; updated: number }> {
  const done = { created: 0, updated: 0 };
  const tellsStockOf = (await tellsStock(run.db)) ? vendor.code : null;
  for (let afterSku = ""; ;) {
    run.signal.throwIfAborted();
    await keepClaim(run, vendor);
    const { id: vendorId, kind } = vendor;
    const at = run.clock.now();
    const batch = await applyStagedLines(run.db, { vendorId, kind, afterSku, size: BATCH_ROWS, at, tellsStockOf });
    if (batch.lastSku === null) break;
    done.created += batch.created;
    done.updated += batch.updated;
    afterSku = batch.lastSku;
  }
  const missing = counts.toCreate + counts.toUpdate - done.created - done.updated;
  if (missing !== 0)
    throw new FeedUnusable(
      "LOST_STAGING",
      `${missing} staged lines did not reach their products (a restart of PostgreSQL empties the staging table). The next run reads the feed anew.`,
    );
  return done;
}

/** Marks the active products that a complete feed does not name. To be done before its new products are written. */
export async function deactivateAbsent(run: FeedRun, vendor: FeedVendor, present: SeenIds): Promise<number> {
  let deactivated = 0;
  const tellsStockOf = (await tellsStock(run.db)) ? vendor.code : null;
  for (let afterSku = ""; ;) {
    const page = await pageActiveProducts(run.db, { vendorId: vendor.id, afterSku, size: PAGE_PRODUCTS });
    if (page.lastSku === null) return deactivated;
    const absent = page.ids.filter((id) => !present.has(id));
    for (let from = 0; from < absent.length; from += BATCH_ROWS) {
      run.signal.throwIfAborted();
      await keepClaim(run, vendor);
      const ids = absent.slice(from, from + BATCH_ROWS);
      deactivated += await deactivateProducts(run.db, ids, run.clock.now(), tellsStockOf);
    }
    afterSku = page.lastSku;
  }
}

async function keepClaim({ db, run }: FeedRun, vendor: FeedVendor): Promise<void> {
  if (!(await claimVendor(db, vendor.id, run.id)))
    throw new FeedUnusable("CLAIM_LOST", "another run has taken the vendor over; it reads the feed anew.");
}
