import type { enums } from "@drumline/db";

/** A status in the carriers' words; EXPIRED is only ever ours. */
export type CarrierStatus = Exclude<enums.ShipmentStatus, "EXPIRED">;

/** The carriers, as the OMS uses them. Every call throws the errors of outbound/http. */
export interface CarrierGateway {
  /** Announces a parcel; the same `shipmentId` again is the same parcel, so it may be repeated after a crash. */
  announce(parcel: ParcelAnnouncement, signal: AbortSignal): Promise<AnnouncedParcel>;
  /** Where the parcel is by now, with all that happened to it so far. */
  track(carrierCode: string, trackingNumber: string, signal: AbortSignal): Promise<Tracking>;
  /** Asks for the parcel back: DELETED, or what it is instead because the carrier already has it. May be repeated. */
  callBack(carrierCode: string, trackingNumber: string, signal: AbortSignal): Promise<CarrierStatus>;
}

/** A parcel to be announced. */
export interface ParcelAnnouncement {
  readonly carrierCode: string;
  /** Ours, and the carrier's key against doubles: letters, digits, dots, hyphens, at most 64. */
  readonly shipmentId: string;
  readonly orderNumber: string;
  readonly type: "CUSTOMER" | "PICK_UP_LOCATION" | "TRANSFER";
  /** ERP code of the location it leaves from. */
  readonly originId: string;
  readonly destination: Readonly<Record<string, string | null>>;
  readonly products: readonly { readonly sku: string; readonly quantity: number }[];
}

/** What a carrier answers to an announcement. */
export interface AnnouncedParcel {
  readonly trackingNumber: string;
  readonly awbNumber: string | null;
  readonly labelUrl: string | null;
}

/** What a carrier knows of a parcel. */
export interface Tracking {
  readonly status: CarrierStatus;
  readonly events: readonly ParcelEvent[];
}

/** Something that happened to a parcel. */
export interface ParcelEvent {
  readonly occurredAt: Date;
  readonly status: CarrierStatus;
  readonly location: string | null;
  readonly description: string | null;
}

/** Where labels are sold. The errors are those of outbound/http. */
export interface CarrierLabels {
  /**
   * Buys a label, in one attempt: not every carrier knows a repetition by its reference, and each label costs money. After a
   * lost answer `findLabels` says whether one was sold.
   */
  buyLabel(order: LabelOrder, signal: AbortSignal): Promise<BoughtLabel>;
  /** Every label sold under our reference and not given back, the oldest first. */
  findLabels(carrierCode: string, reference: string, signal: AbortSignal): Promise<readonly BoughtLabel[]>;
  /** Gives a label back; false where the parcel is under way with it. May be repeated. */
  voidLabel(carrierCode: string, labelId: string, signal: AbortSignal): Promise<boolean>;
}

/** A parcel that wants a label. */
export interface LabelOrder {
  readonly carrierCode: string;
  /** Ours, and at most 64 letters, digits, dots and hyphens. */
  readonly reference: string;
  readonly weightGrams: number | null;
  readonly from: Readonly<Record<string, string | null>>;
  readonly to: Readonly<Record<string, string | null>>;
}

/** What the carrier sold. */
export interface BoughtLabel {
  readonly labelId: string;
  readonly trackingNumber: string;
  /** Eighteen digits, where the carrier wants a GS1 logistic label. */
  readonly sscc: string | null;
  /** On the web, for whoever waits for the parcel. */
  readonly trackingUrl: string | null;
}
