import { benchCleanUp } from "./clean-up.ts";
import { benchInventory } from "./inventory.ts";
import { benchLabels } from "./labels.ts";
import { benchPayments } from "./payments.ts";

/** One line for each part of the shop. */
export async function benchShop(): Promise<void> {
  const parts = {
    payments: benchPayments,
    labels: benchLabels,
    inventory: benchInventory,
    "clean-up": benchCleanUp,
  };
  const only = process.argv[3];
  for (const [name, bench] of Object.entries(parts)) if (only === undefined || only === name) await bench();
}
