import { DrumlineError } from "@drumline/core/errors";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { AuditTerms } from "../evaluate-user.ts";
import { isSamePlatform } from "../fold-name.ts";
import type { ListingSize } from "../listing/find-loss.ts";
import { closeHeldListing } from "./held-listing.ts";

type Audit = Pick<AuditTerms, "auditType" | "platform">;

export interface Cycle extends ListingSize {
  readonly id: bigint;
  readonly status: "COMPLETE" | "HELD" | "CONFIRMED";
  readonly startedAt: Date;
  readonly found: number;
  readonly opened: number;
  readonly closed: number;
  readonly heldReason: string | null;
}

const columns = Prisma.sql`
  id, status::text, started_at AS "startedAt", listed, of_platform AS "ofPlatform", in_view AS "inView", found, opened,
  closed, held_reason AS "heldReason"`;

/** One at a time concludes for an audit and a platform. */
export async function lockAudit(tx: Transaction, { auditType, platform }: Audit): Promise<void> {
  await tx.$queryRaw(
    Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended(${`user-audit/${auditType}/${platform}`}, 0))::text`,
  );
}

/** What a run has concluded already: a run that is tried again after that only has mail left to send. */
export async function loadCycleOfRun(db: Database, runId: string): Promise<Cycle | null> {
  const [cycle] = await db.$queryRaw<Cycle[]>(
    Prisma.sql`SELECT ${columns} FROM user_audit_cycle WHERE run_id = ${runId}::uuid`,
  );
  return cycle ?? null;
}

/** The cycle that the next one is measured against: complete, or held and then confirmed. */
export async function loadBaseline(db: Database | Transaction, { auditType, platform }: Audit): Promise<Cycle | null> {
  const [cycle] = await db.$queryRaw<Cycle[]>(Prisma.sql`
    SELECT ${columns} FROM user_audit_cycle
    WHERE audit_type = ${auditType}::user_audit_type AND platform = ${platform} AND status <> 'HELD'
    ORDER BY id DESC LIMIT 1`);
  return cycle ?? null;
}

/** What our own actions took away since the baseline, whichever audit they belong to. */
export async function countRemovals(db: Database | Transaction, platform: string, since: Date): Promise<ListingSize> {
  const removed = Prisma.sql`performed_at >= ${since} AND action_status IN ('DONE', 'FAILED')`;
  const words = await db.$queryRaw<{ platform: string }[]>(
    Prisma.sql`SELECT DISTINCT platform FROM user_audit WHERE ${removed}`,
  );
  const own = words.map((row) => row.platform).filter((word) => isSamePlatform(word, platform));
  const isOwn = Prisma.sql`platform = ANY(${own}::text[])`;
  const [counts] = await db.$queryRaw<ListingSize[]>(Prisma.sql`
    SELECT
      (count(DISTINCT username) FILTER (WHERE ${fromAws}))::int AS listed,
      (count(DISTINCT username) FILTER (WHERE ${fromAws} AND ${isOwn}))::int AS "ofPlatform",
      (count(DISTINCT username) FILTER (WHERE ${fromDatabase} AND ${isOwn}))::int AS "inView"
    FROM user_audit WHERE ${removed}`);
  return counts!;
}

const fromAws = Prisma.sql`action IN ('DELETE_FROM_AWS', 'DELETE_FROM_AWS_AND_DB')`;
const fromDatabase = Prisma.sql`action IN ('DELETE_FROM_DB', 'DELETE_FROM_AWS_AND_DB')`;

export interface NewCycle extends Audit, ListingSize {
  readonly runId: string;
  readonly startedAt: Date;
  readonly completedAt: Date;
  /** Null: complete. */
  readonly heldReason: string | null;
}

export async function insertCycle(tx: Transaction, cycle: NewCycle): Promise<bigint> {
  const [row] = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    INSERT INTO user_audit_cycle (
      audit_type, platform, run_id, status, listed, of_platform, in_view, held_reason, started_at, completed_at)
    VALUES (
      ${cycle.auditType}::user_audit_type, ${cycle.platform}, ${cycle.runId}::uuid,
      ${cycle.heldReason === null ? "COMPLETE" : "HELD"}::user_audit_cycle_status, ${cycle.listed}, ${cycle.ofPlatform},
      ${cycle.inView}, ${cycle.heldReason}, ${cycle.startedAt}, ${cycle.completedAt})
    RETURNING id`);
  return row!.id;
}

export async function saveCycleCounts(
  tx: Transaction,
  id: bigint,
  { found, opened, closed }: { found: number; opened: number; closed: number },
): Promise<void> {
  await tx.$executeRaw(
    Prisma.sql`UPDATE user_audit_cycle SET found = ${found}, opened = ${opened}, closed = ${closed} WHERE id = ${id}`,
  );
}

/** Somebody else has decided about the cycle since the caller looked. */
export class CycleChanged extends DrumlineError {
  readonly currentVersion: number;

  constructor(id: bigint, currentVersion: number) {
    super(`cycle ${id} is of version ${currentVersion} by now; look at it again`, { code: "CYCLE_CHANGED" });
    this.currentVersion = currentVersion;
  }
}

/**
 * Says that a held listing was right, so that the next one is measured against it. False where no such cycle is held.
 * @throws {CycleChanged} where it is not any more as the caller saw it, if that is said
 */
export async function confirmCycle(
  db: Database,
  id: bigint,
  by: string,
  at: Date,
  seenVersion?: number,
): Promise<boolean> {
  return await db.$transaction(async (tx) => {
    const [found] = await tx.$queryRaw<{ version: number }[]>(Prisma.sql`
      SELECT version FROM user_audit_cycle WHERE id = ${id} FOR NO KEY UPDATE`);
    if (found !== undefined && seenVersion !== undefined && found.version !== seenVersion)
      throw new CycleChanged(id, found.version);
    const [confirmed] = await tx.$queryRaw<Audit[]>(Prisma.sql`
      UPDATE user_audit_cycle SET status = 'CONFIRMED', confirmed_by = ${by}, confirmed_at = ${at}, version = version + 1
      WHERE id = ${id} AND status = 'HELD'
      RETURNING audit_type::text AS "auditType", platform`);
    if (confirmed === undefined) return false;
    await closeHeldListing(tx, confirmed, `${by} confirmed cycle ${id}`, at);
    return true;
  });
}
