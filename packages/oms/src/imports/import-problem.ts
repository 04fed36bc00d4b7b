import type { JsonValue } from "@drumline/core/task";

/** Why a record from Omnitron could not be taken in, or not wholly, or not be worked on. */
export type ImportProblemCode =
  /** Wrong types, missing fields, impossible values. */
  | "INVALID_RECORD"
  /** Its number, or its ERP code, belongs to another record. */
  | "NUMBER_CLASH"
  /** One of its items belongs to another order. */
  | "ITEM_CLASH"
  /** One of its products has another SKU, or its SKU another product, than we know. */
  | "PRODUCT_CLASH"
  /** Taken in, but there is nothing to plan. */
  | "NO_ITEMS"
  /** Taken in, but what is planned already stays as planned. */
  | "PLANNED_ORDER_CHANGED"
  /** Taken in, but what was decided about it cannot be stored. */
  | "REFUSED_BY_DATABASE";

/** What was wrong with a record, and the record as it came. */
export interface ImportProblem {
  readonly remoteId: string;
  readonly code: ImportProblemCode;
  readonly error: string;
  readonly payload: JsonValue;
}
