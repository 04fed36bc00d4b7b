import type { ProblemKind } from "@drumline/problems";

/** The inventory engine sent a record that makes no sense: the level it is about is not known to have changed. */
export const STOCK_RECORD_UNREADABLE: ProblemKind = {
  context: "oms",
  name: "STOCK_RECORD_UNREADABLE",
  severity: "WARNING",
  cure: "Correct the record in the inventory engine; until then the level known before is planned on.",
};
