import type { ProblemKind } from "@drumline/problems";

/** Why a record from Omnitron could not be taken in, or not wholly, or not be worked on. */
export const IMPORT_PROBLEMS = {
  /** Wrong types, missing fields, impossible values. */
  INVALID_RECORD: {
    context: "oms",
    name: "INVALID_RECORD",
    severity: "ERROR",
    cure: "The record is not taken in. Correct it in Omnitron: its next version is taken by itself.",
  },
  /** Its number, or its ERP code, belongs to another record. */
  NUMBER_CLASH: {
    context: "oms",
    name: "NUMBER_CLASH",
    severity: "ERROR",
    cure: "The record is not taken in. Give one of the two another number in Omnitron.",
  },
  /** One of its items belongs to another order. */
  ITEM_CLASH: {
    context: "oms",
    name: "ITEM_CLASH",
    severity: "ERROR",
    cure: "The order is not taken in. Correct its items in Omnitron: an item belongs to one order.",
  },
  /** One of its products has another SKU, or its SKU another product, than we know. */
  PRODUCT_CLASH: {
    context: "oms",
    name: "PRODUCT_CLASH",
    severity: "ERROR",
    cure: "The order is not taken in. Compare the product and its SKU in Omnitron with the product known here.",
  },
  /** Taken in, but there is nothing to plan. */
  NO_ITEMS: {
    context: "oms",
    name: "NO_ITEMS",
    severity: "INFO",
    cure: "Nothing, if items are still to come; else cancel the order in Omnitron.",
  },
  /** Taken in, but what is packed or shipped cannot follow it. */
  PLANNED_ORDER_CHANGED: {
    context: "oms",
    name: "PLANNED_ORDER_CHANGED",
    severity: "WARNING",
    cure: "What is packed stays as it is: unpack it (the action), cancel it in Omnitron, or accept. What is on the road follows when it has arrived.",
  },
  /** A cancellation plan was withdrawn or changed after it was carried out and answered. */
  PLAN_CHANGED_TOO_LATE: {
    context: "oms",
    name: "PLAN_CHANGED_TOO_LATE",
    severity: "WARNING",
    cure: "Put units that were cancelled back in Omnitron, as a new item or a higher quantity, if the customer wants them; cancel what it wants besides by a new plan; else accept.",
  },
  /** Taken in, but what was decided about it cannot be stored. */
  REFUSED_BY_DATABASE: {
    context: "oms",
    name: "REFUSED_BY_DATABASE",
    severity: "ERROR",
    cure: "Correct what the reason names; the task tries again by itself.",
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ImportProblemCode = keyof typeof IMPORT_PROBLEMS;
