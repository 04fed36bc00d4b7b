import { saveTransitions } from "@drumline/audit/state-log";
import { Prisma, type Transaction } from "@drumline/db";
import { saveEvents } from "@drumline/events/outbox";

/** What a caller knows of a parcel. */
export interface ShipmentFacts {
  readonly carrier?: string | undefined;
  readonly tracking_number?: string | undefined;
  readonly awb_number?: string | undefined;
  readonly label_url?: string | undefined;
}

// Where neither the caller nor the order names a carrier.
const ANY_CARRIER = "standard";

/** The package's live shipment: a new one, or the one it has with what is given here; due to be booked and polled at once. */
export async function savePackageShipment(
  tx: Transaction,
  packageId: bigint,
  facts: ShipmentFacts,
  at: Date,
): Promise<void> {
  const carrier = Prisma.sql`coalesce(${facts.carrier ?? null}::text, orders.cargo_company, ${ANY_CARRIER})`;
  await saveShipment(
    tx,
    Prisma.sql`SELECT package.id, NULL::bigint, ${carrier}, ${columnsOf(facts, at)}
      FROM package JOIN orders ON orders.id = package.order_id WHERE package.id = ${packageId}
      ON CONFLICT (package_id) WHERE status <> 'DELETED'`,
    facts,
    at,
  );
}

/** As `savePackageShipment`, for a transfer. */
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

const columnsOf = (facts: ShipmentFacts, at: Date): Prisma.Sql => Prisma.sql`
  ${facts.tracking_number ?? null}::text, ${facts.awb_number ?? null}::text, ${facts.label_url ?? null}::text,
  ${at}::timestamptz, ${at}::timestamptz, ${at}::timestamptz`;

async function saveShipment(tx: Transaction, rows: Prisma.Sql, facts: ShipmentFacts, at: Date): Promise<void> {
  const [saved] = await tx.$queryRaw<{ id: bigint; carrier: string; isNew: boolean }[]>(Prisma.sql`
    INSERT INTO shipment AS known (package_id, transfer_order_id, carrier_code, tracking_number, awb_number, label_url,
      next_poll_at, created_at, updated_at)
    ${rows} DO UPDATE SET
      carrier_code = coalesce(${facts.carrier ?? null}, known.carrier_code),
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
