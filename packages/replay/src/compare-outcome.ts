import type { OrderOutcome } from "@drumline/oms/simulation";

import type { DatasetOutcome } from "./sandbox-client.ts";

export interface ExpectedOutcome {
  readonly state: string;
  readonly packages: readonly string[];
  readonly isPlanned: boolean;
  readonly problems: number;
  /** Omnitron's code for it, and what became of its cancellation plan. */
  readonly toldStatus: string | null;
  readonly cancellation: string | null;
}

/**
 * How an order of the dataset ends in the OMS. Its events decide and not the word beside them: an order called delivered
 * that nobody delivered ends as far as its parcel came, and one that the carrier has is too late to be cancelled.
 */
export function expectedOutcomeOf({ status, items, isHandedOver, isDelivered }: DatasetOutcome): ExpectedOutcome {
  if (items === 0) return { ...NOT_BEGUN, isPlanned: false, packages: [], problems: 1 };
  const cancellation = status === "canceled" ? "rejected" : null;
  if (isDelivered)
    return { ...NOT_BEGUN, state: "DELIVERED", packages: ["DELIVERED"], toldStatus: "550", cancellation };
  if (isHandedOver) return { ...NOT_BEGUN, state: "SHIPPED", packages: ["SHIPPED"], toldStatus: "500", cancellation };
  if (status === "canceled")
    return {
      ...NOT_BEGUN,
      state: "CANCELLED",
      packages: ["CANCELLED"],
      toldStatus: "100",
      cancellation: "completed",
    };
  if (status === "invoiced") return { ...NOT_BEGUN, state: "PREPARING", packages: ["PACKED"], toldStatus: "450" };
  return NOT_BEGUN;
}

const NOT_BEGUN: ExpectedOutcome = {
  state: "APPROVED",
  packages: ["WAITING"],
  isPlanned: true,
  problems: 0,
  toldStatus: null,
  cancellation: null,
};

/** A cancellation that comes before the plan leaves nothing to be planned. */
function forWhatWasPlanned(expected: ExpectedOutcome, { isPlanned }: OrderOutcome): ExpectedOutcome {
  return expected.state === "CANCELLED" && !isPlanned ? { ...expected, isPlanned, packages: [] } : expected;
}

/** What is not as expected, in words; nothing where all is well. */
export function compareOutcome(dataset: DatasetOutcome, found: OrderOutcome | null): string[] {
  if (found === null) return ["was never imported"];
  const expected = forWhatWasPlanned(expectedOutcomeOf(dataset), found);
  const facts: [string, unknown, unknown][] = [
    ["state", expected.state, found.state],
    ["packages", expected.packages.join("+") || "none", found.packages.join("+") || "none"],
    ["planned", expected.isPlanned, found.isPlanned],
    ["reported", expected.problems, found.problems],
    ["Omnitron knows", expected.toldStatus, dataset.toldStatus],
    ["cancellation", expected.cancellation, dataset.cancellation],
  ];
  return facts
    .filter(([, wanted, is]) => wanted !== is)
    .map(([what, wanted, is]) => `${what}: ${String(is)}, expected ${String(wanted)}`);
}
