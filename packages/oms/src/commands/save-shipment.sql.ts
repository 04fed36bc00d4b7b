import { saveTransitions } from "@drumline/audit/state-log";
import { Prisma, type Transaction } from "@drumline/db";
import { saveEvents } from "@drumline/events/outbox";

import { toCarrierCode } from "@drumline/outbound/carriers";
import { applyTransitions, type ShipmentStatus } from "../states/index.ts";

/** What a caller knows of a parcel. */
export interface ShipmentFacts {
  readonly carrier?: string | undefined;
  readonly tracking_number?: string | undefined;
  readonly awb_number?: string | undefined;
  readonly label_url?: string | undefined;
}

// Where neither the caller nor the order names a carrier.
const ANY_CARRIER = "standard";

/**
 * The package's live shipment: the one it has with what is given here, or a new one, due to be announced and polled at once.
 * A new one also where what is given makes it another parcel: it is the one the package goes by from then on, and the one
 * before is called back if its carrier was told of it. Under the order's lock.
 */
export async function savePackageShipment(
  tx: Transaction,
  packageId: bigint,
  facts: ShipmentFacts,
  { at, actor }: { readonly at: Date; readonly actor: string },
): Promise<void> {
  const last = await lockLastParcel(tx, packageId);
  if (last !== null && last.status !== "DELETED" && isAnother(last, facts))
    await replaceParcel(tx, last, { at, actor });
  const given = facts.carrier ?? last?.carrier ?? null;
  const carrier = Prisma.sql`coalesce(${given}::text, orders.cargo_company, ${ANY_CARRIER})`;
  await saveShipment(
    tx,
    Prisma.sql`SELECT package.id, NULL::bigint, ${carrier}, ${columnsOf(facts, at)}
      FROM package JOIN orders ON orders.id = package.order_id WHERE package.id = ${packageId}
      ON CONFLICT (package_id) WHERE status <> 'DELETED'`,
    facts,
    at,
  );
}

/** As `savePackageShipment`, for a transfer, which has none before. */
export async function saveTransferShipment(
  tx: Transaction,
  transferId: bigint,
  facts: ShipmentFacts,
  at: Date,
): Promise<void> {
  await saveShipment(
    tx,
    Prisma.sql`SELECT NULL::bigint, ${transferId}::bigint, ${facts.carrier ?? ANY_CARRIER}, ${columnsOf(facts, at)}
      ON CONFLICT (transfer_order_id) WHERE status <> 'DELETED'`,
    facts,
    at,
  );
}

export async function saveInvoiceNumber(tx: Transaction, packageId: bigint, invoiceNumber: string): Promise<void> {
  await tx.$executeRaw(Prisma.sql`UPDATE package SET invoice_number = ${invoiceNumber} WHERE id = ${packageId}`);
}

interface LastParcel {
  readonly id: bigint;
  readonly carrier: string;
  readonly trackingNumber: string | null;
  readonly status: ShipmentStatus;
  /** Its tracking number is the carrier's answer to our announcement. */
  readonly isAnnounced: boolean;
  /** Somebody is announcing or polling it just now. */
  readonly isBusy: boolean;
}

/** The one that is live, else the last that was deleted. */
async function lockLastParcel(tx: Transaction, packageId: bigint): Promise<LastParcel | null> {
  const [row] = await tx.$queryRaw<LastParcel[]>(Prisma.sql`
    SELECT id, carrier_code AS carrier, tracking_number AS "trackingNumber", status::text AS status,
      announced_at IS NOT NULL AS "isAnnounced", coalesce(claimed_until > now(), false) AS "isBusy"
    FROM shipment
    WHERE id = (
      SELECT id FROM (
        SELECT id, 1 AS rank FROM shipment WHERE package_id = ${packageId} AND status <> 'DELETED'
        UNION ALL
        SELECT max(id), 2 FROM shipment WHERE package_id = ${packageId} AND status = 'DELETED'
      ) one WHERE id IS NOT NULL ORDER BY rank LIMIT 1)
    FOR NO KEY UPDATE`);
  return row ?? null;
}

/** What fills in or repeats what is known makes no other parcel, unless nobody asks about the known one any more. */
function isAnother(live: LastParcel, facts: ShipmentFacts): boolean {
  if (live.status === "EXPIRED") return true;
  const isOtherCarrier = facts.carrier !== undefined && codeOf(facts.carrier) !== codeOf(live.carrier);
  const isOtherNumber = facts.tracking_number !== undefined && facts.tracking_number !== live.trackingNumber;
  return isOtherCarrier || (isOtherNumber && (live.trackingNumber !== null || live.isBusy));
}

/**
 * The parcel that a package goes by no longer. Where its carrier knows it by our announcement, or is being told of it, it is
 * called back; any other that was not taken over is none. One that was goes its way, and the package does not follow.
 */
async function replaceParcel(
  tx: Transaction,
  { id, status, isAnnounced, isBusy }: LastParcel,
  { at, actor }: { readonly at: Date; readonly actor: string },
): Promise<void> {
  const isKnown = isAnnounced || isBusy;
  if (status === "CREATED" && !isKnown)
    await applyTransitions(tx, [{ entity: "shipment", id, command: "DELETE_SHIPMENT", actor }], at);
  await tx.$executeRaw(Prisma.sql`
    UPDATE shipment SET replaced_package_id = package_id, package_id = NULL, updated_at = ${at} WHERE id = ${id}`);
  if (status === "CREATED" && isKnown)
    await tx.$executeRaw(Prisma.sql`
      UPDATE shipment SET wanted_back_at = ${at}, next_poll_at = ${at} WHERE id = ${id}`);
}

const codeOf = (carrier: string): string => toCarrierCode(carrier) ?? carrier;

const columnsOf = (facts: ShipmentFacts, at: Date): Prisma.Sql => Prisma.sql`
  ${facts.tracking_number ?? null}::text, ${facts.awb_number ?? null}::text, ${facts.label_url ?? null}::text,
  ${at}::timestamptz, ${at}::timestamptz, ${at}::timestamptz`;

async function saveShipment(tx: Transaction, rows: Prisma.Sql, facts: ShipmentFacts, at: Date): Promise<void> {
  const [saved] = await tx.$queryRaw<{ id: bigint; carrier: string; isNew: boolean }[]>(Prisma.sql`
    INSERT INTO shipment AS known (package_id, transfer_order_id, carrier_code, tracking_number, awb_number, label_url,
      next_poll_at, created_at, updated_at)
    ${rows} DO UPDATE SET
      tracking_number = coalesce(excluded.tracking_number, known.tracking_number),
      awb_number = coalesce(excluded.awb_number, known.awb_number),
      label_url = coalesce(excluded.label_url, known.label_url), updated_at = excluded.updated_at
    RETURNING id, carrier_code AS carrier, xmax = 0 AS "isNew"`);
  if (saved === undefined || !saved.isNew) return;
  await saveTransitions(tx, [
    {
      entityType: "shipment",
      entityId: saved.id,
      oldState: null,
      newState: "CREATED",
      command: "CREATE_SHIPMENT",
      at,
    },
  ]);
  await saveEvents(tx, [
    {
      eventType: "shipment.created",
      entityType: "shipment",
      entityId: saved.id,
      payload: { carrier: saved.carrier, tracking_number: facts.tracking_number ?? null },
      at,
    },
  ]);
}
