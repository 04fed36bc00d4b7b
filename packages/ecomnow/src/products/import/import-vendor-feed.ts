import { createHash } from "node:crypto";

import { messageOf } from "@drumline/core/errors";
import type { JsonObject } from "@drumline/core/task";
import { toStorableText } from "@drumline/core/text";
import { toAuthHeaders } from "@drumline/outbound/secrets";

import { applyFeed, deactivateAbsent } from "./apply-feed.ts";
import { findFault } from "./check-feed.ts";
import { type FeedFault, FeedUnusable } from "../feed/feed-unusable.ts";
import { type OpenFeed, openFeed } from "../feed/open-feed.ts";
import type { FeedRun } from "./feed-run.ts";
import { closeImport, type ImportEnding, openImport, rememberFeed } from "./feed-import.sql.ts";
import { showFeedEnding } from "./feed-problems.ts";
import { clearStagedLines, countActiveProducts } from "./stage-lines.sql.ts";
import { stageFeed, type StagedFeed } from "./stage-feed.ts";
import { claimVendor, type FeedVendor, releaseVendor } from "../vendor.sql.ts";

/** How the feed of one vendor ended. */
export interface FeedReport {
  readonly vendor: string;
  /** BUSY: another run reads it. */
  readonly status: ImportEnding["status"] | "BUSY";
  readonly fault: ImportEnding["fault"];
  readonly counts: JsonObject;
}

/** Brings one vendor's products in line with its feed. Throws only when the run is told to stop. */
export async function importVendorFeed(run: FeedRun, vendor: FeedVendor): Promise<FeedReport> {
  const { db } = run;
  if (!(await claimVendor(db, vendor.id, run.run.id)))
    return { vendor: vendor.code, status: "BUSY", fault: null, counts: {} };
  try {
    const id = await openImport(db, vendor.id, run.run.id, run.clock.now());
    await clearStagedLines(db, vendor.id);
    const how = await readAndApply(run, vendor).catch((error: unknown) => toEnding(run, error));
    const ending = { ...how, at: run.clock.now() };
    await db.$transaction(async (tx) => {
      await closeImport(tx, id, ending);
      await showFeedEnding(tx, vendor.code, ending);
    });
    await clearStagedLines(db, vendor.id);
    run.signal.throwIfAborted();
    return { vendor: vendor.code, status: ending.status, fault: ending.fault, counts: ending.counts };
  } finally {
    await releaseVendor(db, vendor.id, run.run.id);
  }
}

type Ending = Omit<ImportEnding, "at">;

async function readAndApply(run: FeedRun, vendor: FeedVendor): Promise<Ending> {
  const feed = await openVendorFeed(run, vendor);
  if (feed === null) return { status: "NOT_MODIFIED", fault: null, counts: {}, badLines: [] };
  const staged = await stageFeed(run, vendor, feed);
  const { counts } = staged;
  const fault = await judge(run, vendor, staged);
  if (fault !== null)
    return { status: "HELD", fault: toFault(fault), counts: counts.toRecord(), badLines: counts.badLines };

  const knowsAbsent = counts.unidentified === 0 && !staged.isPartial;
  const deactivated = knowsAbsent ? await deactivateAbsent(run, vendor, staged.present) : 0;
  const written = await applyFeed(run, vendor, staged);
  // What the limit left out must come again, whatever its ETag says.
  if (!staged.isPartial) {
    const { etag, modified } = feed;
    const [fingerprint, at] = [fingerprintOf(vendor), run.clock.now()];
    await rememberFeed(run.db, vendor.id, { etag, modified, fingerprint, lines: counts.lines, at });
  }
  const record = { ...counts.toRecord(), ...written, deactivated, ...notesOf(staged) };
  return { status: "APPLIED", fault: null, counts: record, badLines: counts.badLines };
}

/** What the feed would change; nothing is written. */
export async function dryRunVendorFeed(run: FeedRun, vendor: FeedVendor): Promise<JsonObject> {
  try {
    const feed = await openVendorFeed(run, vendor);
    if (feed === null) return { vendor: vendor.code, status: "NOT_MODIFIED" };
    const staged = await stageFeed(run, vendor, feed);
    const { counts, listed } = staged;
    const active = await countActiveProducts(run.db, vendor.id);
    const fault = await judge(run, vendor, staged);
    return {
      vendor: vendor.code,
      status: fault === null ? "APPLIED" : "HELD",
      ...(fault === null ? {} : { fault: { ...toFault(fault) } }),
      ...counts.toRecord(),
      wouldCreate: counts.toCreate,
      wouldUpdate: counts.toUpdate,
      wouldDeactivate: staged.isPartial || counts.unidentified > 0 ? 0 : active - counts.activeSeen,
      ...notesOf(staged),
      listed: listed.map(({ sku, change }) => ({ sku, change })),
      badLines: counts.badLines.slice(0, 100).map(({ no, code, reason }) => ({ no, code, reason })),
    };
  } catch (error) {
    const { status, fault } = toEnding(run, error);
    run.signal.throwIfAborted();
    return { vendor: vendor.code, status, fault: { ...fault! } };
  }
}

async function openVendorFeed(run: FeedRun, vendor: FeedVendor): Promise<OpenFeed | null> {
  const { etag, modified } = vendor;
  const isReadAlike = vendor.fingerprint === fingerprintOf(vendor);
  return await openFeed(run.http, {
    vendor: vendor.code,
    url: vendor.url,
    headers: toAuthHeaders(vendor, { owner: `vendor ${vendor.code}`, url: vendor.url }, run.secrets),
    known: isReadAlike && (etag !== null || modified !== null) ? { etag, modified } : null,
    timeoutMs: run.feedTimeoutMs,
    signal: run.signal,
  });
}

async function judge(run: FeedRun, vendor: FeedVendor, staged: StagedFeed): Promise<FeedUnusable | null> {
  if (staged.isPartial) return null;
  return findFault({
    counts: staged.counts,
    wasCutOff: staged.wasCutOff,
    linesBefore: vendor.feedLines,
    activeProducts: await countActiveProducts(run.db, vendor.id),
    maxShrinkPercent: vendor.maxShrinkPercent,
    maxBadPercent: vendor.maxBadPercent,
    acceptsShrunken: vendor.acceptsShrunkenFeed,
  });
}

const notesOf = ({ counts, isPartial }: StagedFeed): JsonObject => ({
  ...(isPartial ? { stoppedAtLimit: true } : {}),
  ...(counts.unidentified > 0 ? { deactivationHeldBy: counts.unidentified } : {}),
});

const toFault = ({ fault, message }: FeedUnusable) => ({ code: fault, reason: message });

const FAILURES: ReadonlySet<FeedFault> = new Set(["HTTP_STATUS", "UNREACHABLE", "LOST_STAGING", "CLAIM_LOST"]);

function toEnding(run: FeedRun, error: unknown): Ending {
  const nothing = { counts: {}, badLines: [] };
  if (run.signal.aborted)
    return { ...nothing, status: "FAILED", fault: { code: "STOPPED", reason: "the run was told to stop" } };
  if (!(error instanceof FeedUnusable))
    return { ...nothing, status: "FAILED", fault: { code: "ERROR", reason: toStorableText(messageOf(error), 2_000) } };
  return { ...nothing, status: FAILURES.has(error.fault) ? "FAILED" : "HELD", fault: toFault(error) };
}

/** Of everything that decides what a feed means to us: an unchanged feed is read again when this has changed. */
function fingerprintOf({ url, kind, format, encoding, delimiter, columns }: FeedVendor): string {
  return createHash("sha256")
    .update(JSON.stringify([url, kind, format, encoding, delimiter, columns]))
    .digest("hex");
}
