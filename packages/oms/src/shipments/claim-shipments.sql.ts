import { DAY_MS } from "@drumline/core/clock";
import {
  claimedFor,
  type Database,
  isClaimedBy,
  isFreeFor,
  literals,
  lockedById,
  Prisma,
  unclaimed,
} from "@drumline/db";

import type { OpenShipment } from "./plan-tracking.ts";
import { CLOSED_STATUSES } from "./shipment-status.ts";

/** Which parcels a task asks about. */
export type TrackingScope = "packages" | "packages of seven days" | "transfers";

/** An open shipment and what it carries: one of the two is null. */
export interface ClaimedShipment extends OpenShipment {
  readonly packageId: bigint | null;
  readonly transferOrderId: bigint | null;
}

const CLAIM_SECONDS = 120;
const SEVEN_DAYS_MS = 7 * DAY_MS;

/** Literal words, so that the planner sees that the partial index of open shipments is enough. */
const isOpen = Prisma.sql`status NOT IN (${literals(CLOSED_STATUSES)})`;

const isIn: Readonly<Record<TrackingScope, (now: Date) => Prisma.Sql>> = {
  // Those that their package goes by no longer as well: they are called back.
  packages: () => Prisma.sql`transfer_order_id IS NULL`,
  "packages of seven days": (now) =>
    Prisma.sql`transfer_order_id IS NULL AND created_at >= ${new Date(now.getTime() - SEVEN_DAYS_MS)}`,
  transfers: () => Prisma.sql`transfer_order_id IS NOT NULL`,
};

/** Open, due to be asked about, and in scope. */
export const isDue = (scope: TrackingScope, now: Date) => Prisma.sql`
  ${isOpen} AND next_poll_at <= ${now} AND ${isIn[scope](now)}`;

const COLUMNS = Prisma.sql`
  shipment.id, shipment.carrier_code AS "carrierCode", shipment.tracking_number AS "trackingNumber",
  shipment.status::text AS status, shipment.created_at AS "createdAt", shipment.last_event_at AS "lastEventAt",
  shipment.events_hash AS "eventsHash",
  shipment.poll_failures AS "pollFailures", shipment.package_id AS "packageId",
  shipment.transfer_order_id AS "transferOrderId", shipment.wanted_back_at IS NOT NULL AS "isWantedBack"`;

/** Due shipments, counted up to `most`. */
export async function countDueShipments(db: Database, scope: TrackingScope, now: Date, most: number): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM (SELECT FROM shipment WHERE ${isDue(scope, now)} LIMIT ${most}) due`);
  return row.count;
}

/** The due shipments that would be asked about first; for a dry run. */
export async function findDueShipments(
  db: Database,
  scope: TrackingScope,
  now: Date,
  limit: number,
): Promise<ClaimedShipment[]> {
  return await db.$queryRaw<ClaimedShipment[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM shipment WHERE ${isDue(scope, now)} ORDER BY next_poll_at, id LIMIT ${limit}`);
}

/** Takes the shipments that have waited longest and that nobody else asks about; the claim ends by itself. */
export async function claimDueShipments(
  db: Database,
  scope: TrackingScope,
  { runId, now, limit, excluded }: { runId: string; now: Date; limit: number; excluded: readonly string[] },
): Promise<ClaimedShipment[]> {
  return await db.$queryRaw<ClaimedShipment[]>(Prisma.sql`
    WITH next AS MATERIALIZED (
      SELECT id FROM shipment
      WHERE ${isDue(scope, now)}
        AND ${isFreeFor(runId)}
        AND carrier_code <> ALL(${[...excluded]}::text[])
      ORDER BY next_poll_at, id
      LIMIT ${limit}
      FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE shipment SET ${claimedFor(runId, CLAIM_SECONDS)}
    FROM next WHERE shipment.id = next.id
    RETURNING ${COLUMNS}`);
}

export async function releaseShipments(db: Database, runId: string, ids: readonly bigint[]): Promise<void> {
  if (ids.length === 0) return;
  await db.$executeRaw(Prisma.sql`
    WITH ${lockedById("shipment", Prisma.sql`id = ANY(${[...ids]}::bigint[]) AND ${isClaimedBy(runId)}`)}
    UPDATE shipment SET ${unclaimed} FROM locked WHERE shipment.id = locked.id`);
}
