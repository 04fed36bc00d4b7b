import type { enums } from "@drumline/db";

import { EXCEPTION_STATES } from "./package-states.ts";
import type { Rules } from "./rule.ts";

export type PackageState = enums.PackageState;

const WORKED_ON_HERE = ["WAITING", "PREPARING", "READY_FOR_PACKAGING"] as const;
const BLOCKABLE = ["WAITING", "WAITING_REMOTE_ACTION", "PREPARING", "READY_FOR_PACKAGING"] as const;
const BEFORE_PACKING = [...BLOCKABLE, "WAITING_FOR_TRANSFER", "BLOCKED"] as const;
const ON_ITS_WAY = ["SHIPPED", "READY_FOR_PICKUP", "ATTEMPTED_DELIVERY", "DELIVERY_FAILED"] as const;

/**
 * What may happen to a package, by command (oms-domain 1.3). The names in capitals with COMMAND, PKG and the like are
 * Akinon's; those below the line are ours, for what tasks do by themselves. DELIVERED and CANCELLED are in no `from`:
 * nothing leaves them.
 */
export const packageRules = {
  PREPARE_PACKAGE_COMMAND: { from: ["WAITING"], to: ["PREPARING"] },
  PKG_DEALLOCATE_RESERVATIONS: { from: ["WAITING"], to: ["PREPARING"] },
  /** The configurable one: a remote action is done, or what was picked is ready to be packed. */
  PKG_STATE_TRANSITION: { from: ["WAITING_REMOTE_ACTION", "PREPARING"], to: ["WAITING", "READY_FOR_PACKAGING"] },
  COMPLETE_PACKAGING: { from: WORKED_ON_HERE, to: ["PACKED"] },
  COMPLETE_PACKAGING_WITHOUT_SHIPMENT: { from: WORKED_ON_HERE, to: ["PACKED"] },
  SHIP_THE_PACKAGE: { from: ["PACKED"], to: ["SHIPPED"] },
  UPDATE_SHIPMENT_STATUS: {
    from: ON_ITS_WAY,
    to: ["READY_FOR_PICKUP", "ATTEMPTED_DELIVERY", "DELIVERY_FAILED", "DELIVERED"],
  },
  BLOCK_THE_PACKAGE: { from: BLOCKABLE, to: ["BLOCKED"] },
  UNBLOCK_THE_PACKAGE: { from: ["BLOCKED"], to: BLOCKABLE, returns: true },
  REFUSE: { from: ["WAITING", "WAITING_REMOTE_ACTION", "PREPARING"], to: ["NEEDS_REPLAN"] },
  DETECTED_OUT_OF_STOCK_ITEM: { from: WORKED_ON_HERE, to: ["OUT_OF_STOCK", "DEFECTIVE_PRODUCT"] },
  MANUAL_PLANNING: { from: [...BEFORE_PACKING, ...EXCEPTION_STATES], to: ["CANCELLED"] },
  PACKED_FOR_REFUND: { from: ["WAITING", "OUT_OF_STOCK"], to: ["PACKED_FOR_REFUND"] },

  /** Every transfer has arrived. */
  TRANSFERS_ARRIVED: { from: ["WAITING_FOR_TRANSFER"], to: ["WAITING"] },
  /** A transfer it waits for was called off. */
  TRANSFER_CANCELLED: { from: ["WAITING_FOR_TRANSFER"], to: ["NEEDS_REPLAN"] },
  REPLAN: { from: EXCEPTION_STATES, to: ["CANCELLED"] },
  REPLAN_FAILED: { from: ["NEEDS_REPLAN", "DEFECTIVE_PRODUCT", "UNAVAILABLE"], to: ["OUT_OF_STOCK"] },
  CANCEL_PACKAGE: {
    from: [...BEFORE_PACKING, ...EXCEPTION_STATES, "PACKED", "CANCELLATION_WAITING", "PACKED_FOR_REFUND"],
    to: ["CANCELLED"],
  },
  AWAIT_CANCELLATION: { from: ["PACKED", "WAITING_FOR_TRANSFER"], to: ["CANCELLATION_WAITING"] },
  /** It is not cancelled after all, or not all of it. */
  RESUME_PACKAGE: { from: ["CANCELLATION_WAITING"], to: ["PACKED", "WAITING_FOR_TRANSFER"], returns: true },
} as const satisfies Rules<PackageState>;
