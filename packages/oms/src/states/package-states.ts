/** Nothing is promised for a package in one of these until it is planned again (oms-domain 2.3.6). */
export const EXCEPTION_STATES = ["NEEDS_REPLAN", "OUT_OF_STOCK", "DEFECTIVE_PRODUCT", "UNAVAILABLE"] as const;

/** Those that stock, once it comes, would mend. */
export const STOCK_EXCEPTION_STATES = ["OUT_OF_STOCK", "DEFECTIVE_PRODUCT"] as const;

/** Before packing: every item of such a package holds an active reservation. */
export const RESERVING_STATES = [
  "WAITING",
  "WAITING_REMOTE_ACTION",
  "WAITING_FOR_TRANSFER",
  "PREPARING",
  "BLOCKED",
  "READY_FOR_PACKAGING",
] as const;

/** Counted against a location's quota: not yet ready for packaging, and waiting for cancellation. */
export const QUOTA_STATES = [
  "WAITING",
  "WAITING_REMOTE_ACTION",
  "WAITING_FOR_TRANSFER",
  "PREPARING",
  "BLOCKED",
  "CANCELLATION_WAITING",
] as const;

/** Where Omnitron's word, or a cancellation that is not decided yet, can hold a package; a blocked one is held already. */
export const HOLDABLE_STATES = [
  "WAITING",
  "WAITING_REMOTE_ACTION",
  "WAITING_FOR_TRANSFER",
  "PREPARING",
  "READY_FOR_PACKAGING",
  "PACKED",
] as const;
