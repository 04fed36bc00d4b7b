export const SHIPMENT_TYPES = ["CUSTOMER", "PICK_UP_LOCATION", "TRANSFER"] as const;
export type ShipmentType = (typeof SHIPMENT_TYPES)[number];

/** A parcel as the carrier took the announcement of it. */
export interface Parcel {
  readonly carrier: string;
  readonly orderPk: number;
  readonly createdMs: number;
  readonly type: ShipmentType;
  /** The sender's own id. */
  readonly shipmentId: string;
}

const LETTERS: Record<ShipmentType, string> = { CUSTOMER: "C", PICK_UP_LOCATION: "P", TRANSFER: "T" };

/** Everything there is to know about a parcel is in its number: a carrier that restarts has forgotten nothing. */
export function toTrackingNumber({ carrier, orderPk, createdMs, type, shipmentId }: Parcel): string {
  const words = [carrier, orderPk.toString(36), createdMs.toString(36)].join("-").toUpperCase();
  return `${words}-${LETTERS[type]}${shipmentId}`;
}

/** Null where the number is none of this carrier's. */
export function parseTrackingNumber(carrier: string, number: string): Parcel | null {
  const rest = number.toUpperCase().startsWith(`${carrier.toUpperCase()}-`) ? number.slice(carrier.length + 1) : "";
  const [, order, created, letter, shipmentId] = /^([0-9A-Z]+)-([0-9A-Z]+)-([CPT])(.+)$/.exec(rest) ?? [];
  const type = SHIPMENT_TYPES.find((candidate) => LETTERS[candidate] === letter);
  if (type === undefined) return null;
  return {
    carrier,
    orderPk: parseInt(order!, 36),
    createdMs: parseInt(created!, 36),
    type,
    shipmentId: shipmentId!,
  };
}
