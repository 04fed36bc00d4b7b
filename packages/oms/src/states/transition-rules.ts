import type { enums } from "@drumline/db";

import { EXCEPTION_STATES, HOLDABLE_STATES } from "./package-states.ts";

export type OrderState = enums.OrderState;
export type PlanState = enums.PlanState;
export type PackageState = enums.PackageState;
export type TransferState = enums.TransferState;
export type ShipmentStatus = enums.ShipmentStatus;
export type CancellationPlanStatus = enums.CancellationPlanStatus;

/** One command's allowed transitions: from any of these to any of those. */
export interface Rule<State extends string = string> {
  readonly from: readonly State[];
  readonly to: readonly State[];
  /** Goes back to the state the entity was in before, which must be one of `to`. */
  readonly returns?: true;
  /** Leaves the state as it is, so that `to` is empty; the change is logged and counted in the version. */
  readonly stays?: true;
}

export type Rules<State extends string> = Readonly<Record<string, Rule<State>>>;

const WORKED_ON_HERE = ["WAITING", "PREPARING", "READY_FOR_PACKAGING"] as const;
const BLOCKABLE = ["WAITING", "WAITING_REMOTE_ACTION", "PREPARING", "READY_FOR_PACKAGING"] as const;
const BEFORE_PACKING = [...BLOCKABLE, "WAITING_FOR_TRANSFER", "BLOCKED"] as const;
const ON_ITS_WAY = ["SHIPPED", "READY_FOR_PICKUP", "ATTEMPTED_DELIVERY", "DELIVERY_FAILED"] as const;

const HAS_PARCEL = ["PACKED", "SHIPPED", "ATTEMPTED_DELIVERY", "DELIVERED"] as const;

/**
 * What may happen to a package, by command (oms-domain 1.3). The names in capitals with COMMAND, PKG and the like are
 * Akinon's; those below the line are ours, for what tasks do by themselves. Nothing leaves DELIVERED and CANCELLED: they
 * are in no `from` but of what stays.
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
  /** Another parcel, or more of what is known of it. */
  UPDATE_SHIPMENT_INFO: { from: HAS_PARCEL, to: [], stays: true },
  BLOCK_THE_PACKAGE: { from: BLOCKABLE, to: ["BLOCKED"] },
  UNBLOCK_THE_PACKAGE: { from: ["BLOCKED"], to: BLOCKABLE, returns: true },
  REFUSE: { from: ["WAITING", "WAITING_REMOTE_ACTION", "PREPARING"], to: ["NEEDS_REPLAN"] },
  DETECTED_OUT_OF_STOCK_ITEM: { from: WORKED_ON_HERE, to: ["OUT_OF_STOCK", "DEFECTIVE_PRODUCT"] },
  MANUAL_PLANNING: { from: [...BEFORE_PACKING, ...EXCEPTION_STATES], to: ["CANCELLED"] },
  PACKED_FOR_REFUND: { from: ["WAITING", "OUT_OF_STOCK"], to: ["PACKED_FOR_REFUND"] },

  /** A person has it opened again: its units are planned anew, as Omnitron wants them by now. */
  UNPACK_PACKAGE: { from: ["PACKED"], to: ["CANCELLED"] },
  /** Every transfer has arrived. */
  TRANSFERS_ARRIVED: { from: ["WAITING_FOR_TRANSFER"], to: ["WAITING"] },
  /** Its location is closed, and nobody there has begun it. */
  LOCATION_CLOSED: { from: ["WAITING", "WAITING_REMOTE_ACTION", "WAITING_FOR_TRANSFER"], to: ["UNAVAILABLE"] },
  /** A transfer it waits for was called off. */
  TRANSFER_CANCELLED: { from: ["WAITING_FOR_TRANSFER"], to: ["NEEDS_REPLAN"] },
  REPLAN: { from: EXCEPTION_STATES, to: ["CANCELLED"] },
  REPLAN_FAILED: { from: ["NEEDS_REPLAN", "DEFECTIVE_PRODUCT", "UNAVAILABLE"], to: ["OUT_OF_STOCK"] },
  CANCEL_PACKAGE: {
    from: [...BEFORE_PACKING, ...EXCEPTION_STATES, "PACKED", "CANCELLATION_WAITING", "PACKED_FOR_REFUND"],
    to: ["CANCELLED"],
  },
  AWAIT_CANCELLATION: { from: HOLDABLE_STATES, to: ["CANCELLATION_WAITING"] },
  /** It is not cancelled after all, or not all of it. */
  RESUME_PACKAGE: { from: ["CANCELLATION_WAITING"], to: HOLDABLE_STATES, returns: true },
} as const satisfies Rules<PackageState>;

/** What may happen to a transfer between locations, by command (oms-domain 1.5). */
const transferRules = {
  TRANSFER_READY_TO_SHIPMENT: { from: ["WAITING"], to: ["READY_TO_SHIPMENT"] },
  TRANSFER_IN_TRANSIT: { from: ["READY_TO_SHIPMENT"], to: ["IN_TRANSIT"] },
  /**
   * Refused of what nobody has sent, as in the guide ("delivered only from in_transit", oms-domain 1.5): a store that receives
   * what its source still holds has taken another transfer for this one, and its stock would be there twice. A carrier that
   * says so has seen the goods leave as well, and takes both steps (`toTransferSteps`).
   */
  TRANSFER_TRANSFERRED: { from: ["IN_TRANSIT"], to: ["TRANSFERRED"] },
  TRANSFER_OUT_OF_STOCK: { from: ["WAITING"], to: ["OUT_OF_STOCK"] },
  /** Its source is closed: nothing is said of the goods there. */
  SOURCE_CLOSED: { from: ["WAITING"], to: ["OUT_OF_STOCK"] },
  TRANSFER_CANCEL: { from: ["WAITING", "READY_TO_SHIPMENT", "OUT_OF_STOCK"], to: ["CANCELLED"] },
  /** Another source gives what this one could not. */
  TRANSFER_REPLAN: { from: ["OUT_OF_STOCK"], to: ["CANCELLED"] },
} as const satisfies Rules<TransferState>;

const OPEN_SHIPMENT = ["CREATED", "SHIPPING", "READY_FOR_PICKUP", "ATTEMPTED_DELIVERY", "DELIVERY_FAILED"] as const;

/** What may happen to a parcel (oms-domain 5): forward only, except that a delivery may be attempted again. */
export const shipmentRules = {
  UPDATE_SHIPMENT_STATUS: {
    from: [...OPEN_SHIPMENT, "EXPIRED"],
    to: ["SHIPPING", "READY_FOR_PICKUP", "ATTEMPTED_DELIVERY", "DELIVERY_FAILED", "DELIVERED"],
  },
  /** The sender takes it back before the carrier has it. */
  DELETE_SHIPMENT: { from: ["CREATED"], to: ["DELETED"] },
  /** Thirty days of silence. */
  EXPIRE_SHIPMENT: { from: OPEN_SHIPMENT, to: ["EXPIRED"] },
} as const satisfies Rules<ShipmentStatus>;

const ORDER_IN_WORK = [
  "APPROVED",
  "PREPARING",
  "SHIPPED",
  "READY_FOR_PICKUP",
  "ATTEMPTED_DELIVERY",
  "DELIVERED",
] as const;

/** An order follows its packages and items; before it is planned it follows Omnitron. */
const orderRules = {
  FOLLOW_PACKAGES: {
    from: [
      "CANCELLATION_WAITING",
      "CANCELLED",
      "REFUNDED",
      "WAITING",
      "PAYMENT_WAITING",
      "CONFIRMATION_WAITING",
      "INACTIVE",
      ...ORDER_IN_WORK,
    ],
    to: [...ORDER_IN_WORK, "CANCELLED", "REFUNDED"],
  },
} as const satisfies Rules<OrderState>;

const planRules = {
  FULFIL_ORDER: { from: ["START"], to: ["PENDING", "COMPLETED", "CANCELLED"] },
  /** A wanted unit is in no live package. */
  REOPEN: { from: ["PENDING", "COMPLETED", "CANCELLED"], to: ["START"] },
  /** Pending while a package is in an exception state. */
  FOLLOW_PACKAGES: { from: ["START", "PENDING", "COMPLETED", "CANCELLED"], to: ["PENDING", "COMPLETED", "CANCELLED"] },
} as const satisfies Rules<PlanState>;

const cancellationRules = {
  PROCESS_CANCELLATION_PLAN: {
    from: ["WAITING", "PROCESSING"],
    // PARTIAL is an end too: what was not done is rejected.
    to: ["PROCESSING", "COMPLETED", "PARTIAL", "REJECTED", "FAILED"],
  },
  /** Omnitron wants something else cancelled than it did. */
  CHANGE_CANCELLATION_PLAN: {
    from: ["PROCESSING", "COMPLETED", "PARTIAL", "REJECTED", "FAILED", "WITHDRAWN"],
    to: ["WAITING"],
  },
  /** Omnitron wants it no more, or decided it itself. */
  WITHDRAW_CANCELLATION_PLAN: { from: ["WAITING", "PROCESSING"], to: ["WITHDRAWN"] },
} as const satisfies Rules<CancellationPlanStatus>;

/** The one table of allowed transitions. */
export const transitionRules = {
  order: orderRules,
  order_execution_plan: planRules,
  package: packageRules,
  transfer_order: transferRules,
  shipment: shipmentRules,
  cancellation_plan: cancellationRules,
} as const satisfies Readonly<Record<string, Rules<string>>>;

/** What has a state. */
export type Entity = keyof typeof transitionRules;
export type CommandOf<Of extends Entity> = keyof (typeof transitionRules)[Of] & string;
export type StateOf<Of extends Entity> = StatesOf<(typeof transitionRules)[Of]>;
type StatesOf<Of> = Of extends Readonly<Record<string, { readonly to: readonly (infer State)[] }>> ? State : never;

/** What a command of an entity allows. */
export const ruleOf = (entity: Entity, command: string): Rule => (transitionRules[entity] as Rules<string>)[command]!;
