import type { OrderPlan } from "../src/planning/rules/plan-order.ts";

/** A plan in one line: `R1P1@A[1×2] R1P2@central:OUT_OF_STOCK[2×1]`. */
export function inWords({ packages }: OrderPlan): string {
  return packages
    .map(({ number, location, state, items, transfers }) => {
      const lines = items.map(({ line, units }) => `${line.productId}×${units}`).join(" ");
      const fetched = transfers.map(
        (transfer) =>
          ` ${transfer.number}<${transfer.source.erpCode}[${transfer.items.map(({ line, units }) => `${line.productId}×${units}`).join(" ")}]`,
      );
      return `${number}@${location.erpCode}${state === "WAITING" ? "" : `:${state}`}[${lines}]${fetched.join("")}`;
    })
    .join(" ");
}
