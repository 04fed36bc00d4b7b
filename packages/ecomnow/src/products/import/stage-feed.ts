import { messageOf } from "@drumline/core/errors";
import { createYielder } from "@drumline/core/process";
import { commitApart } from "@drumline/db";

import type { FeedItem } from "../feed/feed-item.ts";
import { hashOfItem, toStockOnly } from "../feed/feed-item.ts";
import { FeedUnusable } from "../feed/feed-unusable.ts";
import type { OpenFeed } from "../feed/open-feed.ts";
import { createFeedReader, type FeedLine } from "../feed/read-feed.ts";
import { createSeenIds, type SeenIds } from "../feed/seen-ids.ts";
import type { FeedRun } from "./feed-run.ts";
import { createFeedCounts, type FeedCounts } from "./feed-counts.ts";
import { type Comparison, compareLines, type StagedLine, stageLines } from "./stage-lines.sql.ts";
import { claimVendor, type FeedVendor } from "../vendor.sql.ts";

// More would not be faster, and Prisma holds on to the parameters of its last hundred statements.
const BATCH_LINES = 500;
/** Of a hostile feed each byte may be looked at a hundred times: small enough for some milliseconds even so. */
const PIECE_BYTES = 16_384;

export interface StagedFeed {
  readonly counts: FeedCounts;
  /** Products that the feed names, on good lines and bad ones. */
  readonly present: SeenIds;
  readonly wasCutOff: boolean;
  /** Reading stopped at the run's limit: what was not read is not known. */
  readonly isPartial: boolean;
  /** The first hundred that would change. */
  readonly listed: readonly { readonly sku: string; readonly change: "create" | "update" }[];
}

/**
 * Reads a feed to its end and stages the lines that differ from their products; products are not touched. Parsing goes
 * on while the database compares the batch before, and no further: a slow database slows the download down.
 */
export async function stageFeed(run: FeedRun, vendor: FeedVendor, feed: OpenFeed): Promise<StagedFeed> {
  const stage = createStage(run, vendor);
  const reader = createFeedReader(vendor);
  const pause = createYielder();
  let batch: FeedLine[] = [];
  let working: Promise<void> = Promise.resolve();
  for await (const bytes of feed.chunks) {
    run.signal.throwIfAborted();
    for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
      for (const line of reader.push(bytes.subarray(from, from + PIECE_BYTES))) batch.push(line);
      await pause();
    }
    if (batch.length < BATCH_LINES) continue;
    await working;
    if (stage.isFull()) return await stage.end({ wasCutOff: false, isPartial: true });
    working = stage.take(batch);
    // Its error is thrown by the await above; until then it must not count as unhandled.
    working.catch(() => {});
    batch = [];
  }
  const last = reader.end();
  await working;
  await stage.take([...batch, ...last.lines]);
  const wasCutOff = last.wasCutOff || (!feed.isFramed && !last.endsWithLineEnd);
  return await stage.end({ wasCutOff, isPartial: false });
}

const MOST_LISTED = 100;

function createStage(run: FeedRun, vendor: FeedVendor) {
  const { db, dryRun, budget } = run;
  const counts = createFeedCounts();
  const present = createSeenIds();
  const taken = createSeenIds();
  /** Products of bad lines, whose stock follows all the same: what cannot be read is no reason to sell on. */
  const restocked = new Map<number, BadLine>();
  const listed: { sku: string; change: "create" | "update" }[] = [];

  async function take(lines: readonly FeedLine[]): Promise<void> {
    if (!dryRun && !(await claimVendor(db, vendor.id, run.run.id)))
      throw new FeedUnusable("CLAIM_LOST", "another run has taken the vendor over; it reads the feed anew.");
    counts.lines += lines.length;
    run.noteLines(lines.length);
    const named = lines.flatMap(toNamed);
    for (const line of lines)
      if (line.bad !== null) counts.addBad(line.no, line.bad, line.text);
      else if (line.isOversold) counts.oversold += 1;
    const found = await compareLines(db, vendor.id, named);
    const changed = pickChanged(named, found);
    if (dryRun) changed.forEach(noteChange);
    else await stage(changed);
  }

  /** A line that the database refuses for its data is a bad one; its neighbours are not. */
  async function stage(changed: readonly ChangedLine[]): Promise<void> {
    const outcomes = await commitApart(changed, async (some) => {
      const again = new Set(await stageLines(db, vendor.id, some));
      return some.map((_line, place) => again.has(place));
    });
    for (const [place, outcome] of outcomes.entries()) {
      const line = changed[place]!;
      if (!outcome.isCommitted) noteRefused(line, outcome.error);
      else if (outcome.result) noteDuplicate(line);
      else noteChange(line);
    }
  }

  function noteRefused({ no, sku }: ChangedLine, error: unknown): void {
    const reason = `the database refuses it: ${messageOf(error).trim().split("\n").at(-1)!}`;
    counts.addBad(no, { sku, code: "REFUSED", reason }, sku);
  }

  /** The good lines that say something new, each product once. */
  function pickChanged(named: readonly NamedLine[], found: readonly Comparison[]): ChangedLine[] {
    const changed: ChangedLine[] = [];
    const newSkus = new Set<string>();
    for (const [place, line] of named.entries()) {
      const { productId, isSame, isActive, quantity } = found[place]!;
      if (productId !== null && present.add(productId) && isActive) counts.activeSeen += 1;
      if (line.item === null) {
        if (productId !== null && isActive && quantity !== line.quantity) restocked.set(productId, line);
        continue;
      }
      const isRepeated = productId === null ? newSkus.has(line.sku) : !taken.add(productId);
      if (isRepeated) noteDuplicate(line);
      else if (isSame) counts.unchanged += 1;
      else if (budget.left > 0) {
        budget.left -= 1;
        if (productId === null) newSkus.add(line.sku);
        changed.push({ no: line.no, sku: line.sku, item: line.item, hash: line.hash, productId });
      }
    }
    return changed;
  }

  function noteDuplicate({ no, sku }: { readonly no: number; readonly sku: string }): void {
    counts.addBad(no, { sku, code: "DUPLICATE_SKU", reason: "an earlier line has the same sku" }, sku);
  }

  function noteChange({ sku, productId }: ChangedLine): void {
    if (productId === null) counts.toCreate += 1;
    else counts.toUpdate += 1;
    if (listed.length < MOST_LISTED) listed.push({ sku, change: productId === null ? "create" : "update" });
  }

  /** What bad lines say of the stock of products that no good line is about. */
  async function restock(): Promise<void> {
    const lines = [...restocked].filter(([productId]) => !taken.has(productId)).slice(0, budget.left);
    budget.left -= lines.length;
    for (let from = 0; from < lines.length; from += BATCH_LINES) {
      const changed = lines.slice(from, from + BATCH_LINES).map(([productId, { no, sku, quantity }]): ChangedLine => {
        const item = toStockOnly(sku, quantity);
        return { no, sku, item, hash: hashOfItem(item), productId };
      });
      if (dryRun) changed.forEach(noteChange);
      else await stage(changed);
    }
    counts.notSold += lines.filter(([, { quantity }]) => quantity === 0).length;
  }

  return {
    take,
    isFull: () => budget.left <= 0,
    async end({ wasCutOff, isPartial }: Pick<StagedFeed, "wasCutOff" | "isPartial">): Promise<StagedFeed> {
      if (!isPartial) await restock();
      return { counts, present, listed, wasCutOff, isPartial: isPartial || budget.left <= 0 };
    },
  };
}

type NamedLine =
  { readonly no: number; readonly sku: string; readonly item: FeedItem; readonly hash: string } | BadLine;
interface BadLine {
  readonly no: number;
  readonly sku: string;
  readonly item: null;
  readonly hash: null;
  readonly quantity: number;
}
type ChangedLine = StagedLine & { readonly no: number; readonly sku: string };

function toNamed(line: FeedLine): NamedLine[] {
  if (line.bad === null) return [{ no: line.no, sku: line.item.sku, item: line.item, hash: hashOfItem(line.item) }];
  return line.bad.sku === null
    ? []
    : [{ no: line.no, sku: line.bad.sku, item: null, hash: null, quantity: line.bad.quantity }];
}
