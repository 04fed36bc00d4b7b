import type { enums } from "@drumline/db";

import type { Rules } from "./rule.ts";

export type TransferState = enums.TransferState;

/** What may happen to a transfer between locations, by command (oms-domain 1.5). */
export const transferRules = {
  TRANSFER_READY_TO_SHIPMENT: { from: ["WAITING"], to: ["READY_TO_SHIPMENT"] },
  TRANSFER_IN_TRANSIT: { from: ["READY_TO_SHIPMENT"], to: ["IN_TRANSIT"] },
  TRANSFER_TRANSFERRED: { from: ["IN_TRANSIT"], to: ["TRANSFERRED"] },
  TRANSFER_OUT_OF_STOCK: { from: ["WAITING"], to: ["OUT_OF_STOCK"] },
  TRANSFER_CANCEL: { from: ["WAITING", "READY_TO_SHIPMENT", "OUT_OF_STOCK"], to: ["CANCELLED"] },
  /** Another source gives what this one could not. */
  TRANSFER_REPLAN: { from: ["OUT_OF_STOCK"], to: ["CANCELLED"] },
} as const satisfies Rules<TransferState>;
