import { SECOND_MS } from "@drumline/core/clock";
import type { JsonObject, TaskContext, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { createConcurrencyLimit, type HttpTransport } from "@drumline/outbound/http";
import type { SecretBox } from "@drumline/outbound/secrets";
import { closeProblems, openProblems, type ProblemKind } from "@drumline/problems";

import type { EcomnowSettings } from "../settings.ts";
import type { FeedRun } from "./import/feed-run.ts";
import { type FeedReport, importVendorFeed, dryRunVendorFeed } from "./import/import-vendor-feed.ts";
import { findFeedVendors, findUnknownVendors } from "./vendor.sql.ts";

const MOST_LISTED = 100;

interface Gateways {
  readonly http: HttpTransport;
  readonly secrets: SecretBox;
  readonly settings: Pick<EcomnowSettings, "ecomnowFeedConcurrency" | "ecomnowFeedTimeoutSeconds">;
}

/** Brings products and stock in line with the vendors' feeds, several vendors at a time, each for itself. */
export async function updateProductsInventoryAndCbpVendors(
  context: TaskContext<{ vendors?: string[] | undefined }, Gateways, Database>,
): Promise<TaskResult> {
  const { db, args, dryRun, gateways } = context;
  const { http, secrets, settings } = gateways;
  for (const code of await findUnknownVendors(db, args.vendors ?? []))
    context.reportProblem({ recordId: code, error: "no active vendor has this code" });
  const vendors = await findFeedVendors(db, args.vendors ?? null);

  let lines = 0;
  const { clock, signal, run, limit } = context;
  const feedRun: FeedRun = {
    db,
    clock,
    signal,
    run,
    dryRun,
    http,
    secrets,
    feedTimeoutMs: settings.ecomnowFeedTimeoutSeconds * SECOND_MS,
    budget: { left: limit ?? Infinity },
    noteLines: (count) => context.progress((lines += count)),
  };
  const limited = createConcurrencyLimit(settings.ecomnowFeedConcurrency);
  if (dryRun) {
    const dryRuns = await settleAll(vendors.map((vendor) => limited(() => dryRunVendorFeed(feedRun, vendor))));
    return { vendors: vendors.length, wouldDo: dryRuns.slice(0, MOST_LISTED) };
  }
  const reports = await settleAll(vendors.map((vendor) => limited(() => importVendorFeed(feedRun, vendor))));
  await noteHeld(db, reports, clock.now());
  for (const { vendor, fault } of reports)
    if (fault !== null) context.reportProblem({ recordId: vendor, error: `${fault.code}: ${fault.reason}` });
  return { vendors: vendors.length, ...countByStatus(reports), ...sumCounts(reports) };
}

const FEED_HELD: ProblemKind = {
  context: "ecomnow",
  name: "FEED_HELD",
  severity: "WARNING",
  cure:
    "The vendor's products and stock stay as they were. Compare the feed with what is expected of it; where a smaller one is " +
    "right, set accepts_shrunken_feed of the vendor.",
};

/** Tells of feeds that are not believed, and no longer of those that are. */
async function noteHeld(db: Database, reports: readonly FeedReport[], at: Date): Promise<void> {
  const toSubject = ({ vendor }: FeedReport) => ({ type: "feed", key: vendor });
  const held = reports.filter(({ status }) => status === "HELD");
  const problems = held.map((report) => ({
    kind: FEED_HELD,
    subject: toSubject(report),
    reason: `its last feed was not used: ${report.fault?.code}`,
    detail: { reason: report.fault?.reason ?? "", counts: report.counts },
  }));
  await openProblems(db, problems, at);
  const used = reports.filter(({ status }) => status === "APPLIED" || status === "NOT_MODIFIED");
  await closeProblems(db, { kind: FEED_HELD, subjects: used.map(toSubject), reason: "its feed is used again", at });
}

/** Waits for all, also when one throws: none may go on behind a run that has ended. */
async function settleAll<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}

function countByStatus(reports: readonly FeedReport[]): JsonObject {
  const counts = { applied: 0, notModified: 0, held: 0, failed: 0, busy: 0 };
  const names = {
    APPLIED: "applied",
    NOT_MODIFIED: "notModified",
    HELD: "held",
    FAILED: "failed",
    BUSY: "busy",
  } as const;
  for (const { status } of reports) counts[names[status]] += 1;
  return counts;
}

function sumCounts(reports: readonly FeedReport[]): JsonObject {
  const sums: Record<string, number> = {
    lines: 0,
    bad: 0,
    oversold: 0,
    notSold: 0,
    unchanged: 0,
    created: 0,
    updated: 0,
    deactivated: 0,
  };
  for (const { counts } of reports)
    for (const name of Object.keys(sums)) sums[name]! += typeof counts[name] === "number" ? counts[name] : 0;
  return sums;
}
