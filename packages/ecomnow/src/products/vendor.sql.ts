import { claimedFor, type Database, isClaimedBy, isFreeFor, Prisma, unclaimed } from "@drumline/db";

import type { StoredAuth } from "@drumline/outbound/secrets";
import type { FeedShape } from "./feed/read-feed.ts";

/** A vendor whose feed a run may read. */
export interface FeedVendor extends FeedShape, StoredAuth {
  readonly id: bigint;
  readonly code: string;
  readonly url: string;
  readonly maxShrinkPercent: number;
  readonly maxBadPercent: number;
  readonly acceptsShrunkenFeed: boolean;
  readonly etag: string | null;
  readonly modified: string | null;
  readonly fingerprint: string | null;
  /** Lines of the last complete feed; null before the first. */
  readonly feedLines: number | null;
}

/** Vendors whose feeds are read, of the table `ecomnow_vendor`. */
const hasFeed = Prisma.sql`is_active AND feed_url IS NOT NULL`;

/** Active vendors with a feed, those whose feed is longest ago first; of `codes` where they are given. */
export async function findFeedVendors(db: Database, codes: readonly string[] | null): Promise<FeedVendor[]> {
  return await db.$queryRaw<FeedVendor[]>(Prisma.sql`
    SELECT id, code, feed_url AS url, kind::text, feed_format::text AS format, feed_encoding AS encoding,
      feed_delimiter AS delimiter, feed_columns AS columns, auth_kind::text AS "authKind", auth_name AS "authName",
      auth_secret AS "authSecret", max_shrink_percent AS "maxShrinkPercent", max_bad_percent AS "maxBadPercent",
      accepts_shrunken_feed AS "acceptsShrunkenFeed", feed_etag AS etag, feed_modified AS modified,
      feed_fingerprint AS fingerprint, feed_lines AS "feedLines"
    FROM ecomnow_vendor
    WHERE ${hasFeed} AND (${codes === null} OR code = ANY(${[...(codes ?? [])]}::text[]))
    ORDER BY feed_applied_at NULLS FIRST, id`);
}

/** Those of the codes that no active vendor with a feed has. */
export async function findUnknownVendors(db: Database, codes: readonly string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ code: string }[]>(Prisma.sql`
    SELECT code FROM unnest(${[...codes]}::text[]) AS code
    WHERE NOT EXISTS (SELECT FROM ecomnow_vendor vendor WHERE vendor.code = code.code AND is_active)`);
  return rows.map(({ code }) => code);
}

const CLAIM_SECONDS = 120;

/** One reader per vendor at a time, by the database's clock; a reader that died frees its vendor after two minutes. */
export async function claimVendor(db: Database, id: bigint, runId: string): Promise<boolean> {
  const claimed = await db.$executeRaw(Prisma.sql`
    UPDATE ecomnow_vendor SET ${claimedFor(runId, CLAIM_SECONDS)}
    WHERE id = ${id} AND ${isFreeFor(runId)}`);
  return claimed === 1;
}

export async function releaseVendor(db: Database, id: bigint, runId: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE ecomnow_vendor SET ${unclaimed} WHERE id = ${id} AND ${isClaimedBy(runId)}`);
}
