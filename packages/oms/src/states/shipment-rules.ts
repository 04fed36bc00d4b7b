import type { enums } from "@drumline/db";

import type { Rules } from "./rule.ts";

export type ShipmentStatus = enums.ShipmentStatus;

const OPEN = ["CREATED", "SHIPPING", "READY_FOR_PICKUP", "ATTEMPTED_DELIVERY", "DELIVERY_FAILED"] as const;

/** What may happen to a parcel (oms-domain 5): forward only, except that a delivery may be attempted again. */
export const shipmentRules = {
  UPDATE_SHIPMENT_STATUS: {
    from: [...OPEN, "EXPIRED"],
    to: ["SHIPPING", "READY_FOR_PICKUP", "ATTEMPTED_DELIVERY", "DELIVERY_FAILED", "DELIVERED"],
  },
  /** The sender takes it back before the carrier has it. */
  DELETE_SHIPMENT: { from: ["CREATED"], to: ["DELETED"] },
  /** Thirty days of silence. */
  EXPIRE_SHIPMENT: { from: OPEN, to: ["EXPIRED"] },
} as const satisfies Rules<ShipmentStatus>;
