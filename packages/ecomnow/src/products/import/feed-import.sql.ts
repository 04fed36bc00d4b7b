import type { JsonObject } from "@drumline/core/task";
import { type Database, Prisma, type Transaction } from "@drumline/db";

/** A bad line as it is kept. */
export interface KeptBadLine {
  readonly no: number;
  readonly sku: string | null;
  readonly code: string;
  readonly reason: string;
  readonly excerpt: string;
}

/** Imports of a vendor that are kept, with their bad lines. */
const KEPT_IMPORTS = 30;

/** Opens the record of an import. One that its reader left open died with it, since vendors are read one at a time. */
export async function openImport(db: Database, vendorId: bigint, runId: string, at: Date): Promise<bigint> {
  const [row] = await db.$queryRaw<[{ id: bigint }]>(Prisma.sql`
    WITH died AS (
      UPDATE ecomnow_feed_import SET status = 'FAILED', reason_code = 'READER_DIED', finished_at = ${at},
        reason = 'its reader ended before the feed was applied'
      WHERE vendor_id = ${vendorId} AND status = 'RUNNING'
    ), old AS (
      DELETE FROM ecomnow_feed_import WHERE vendor_id = ${vendorId} AND id < (
        SELECT id FROM ecomnow_feed_import WHERE vendor_id = ${vendorId} ORDER BY id DESC OFFSET ${KEPT_IMPORTS - 1} LIMIT 1)
    )
    INSERT INTO ecomnow_feed_import (vendor_id, run_id, status, started_at) VALUES (${vendorId}, ${runId}::uuid, 'RUNNING', ${at})
    RETURNING id`);
  return row.id;
}

export interface ImportEnding {
  readonly status: "APPLIED" | "NOT_MODIFIED" | "HELD" | "FAILED";
  readonly fault: { readonly code: string; readonly reason: string } | null;
  readonly counts: JsonObject;
  readonly badLines: readonly KeptBadLine[];
  readonly at: Date;
}

export async function closeImport(tx: Transaction, id: bigint, ending: ImportEnding): Promise<void> {
  const { status, fault, counts, badLines, at } = ending;
  await tx.$executeRaw(Prisma.sql`
    WITH bad AS (
      INSERT INTO ecomnow_feed_bad_line (import_id, line_no, sku, code, reason, excerpt)
      SELECT ${id}, no, sku, code, reason, excerpt
      FROM jsonb_to_recordset(${JSON.stringify(badLines)}::jsonb) AS line(no bigint, sku text, code text, reason text, excerpt text)
      ON CONFLICT DO NOTHING
    )
    UPDATE ecomnow_feed_import SET status = ${status}::ecomnow_import_status, reason_code = ${fault?.code ?? null},
      reason = ${fault?.reason ?? null}, counts = ${JSON.stringify(counts)}::jsonb, finished_at = ${at}
    WHERE id = ${id}`);
}

export interface AppliedFeed {
  readonly etag: string | null;
  readonly modified: string | null;
  readonly fingerprint: string;
  readonly lines: number;
  readonly at: Date;
}

/** Remembers the feed that our products now follow, so that the next run asks for a newer one only. */
export async function rememberFeed(db: Database, vendorId: bigint, feed: AppliedFeed): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE ecomnow_vendor SET feed_etag = ${feed.etag}, feed_modified = ${feed.modified},
      feed_fingerprint = ${feed.fingerprint}, feed_lines = ${feed.lines}, feed_applied_at = ${feed.at},
      accepts_shrunken_feed = false
    WHERE id = ${vendorId}`);
}
