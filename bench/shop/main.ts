import { benchCleanUp } from "./clean-up.ts";
import { benchInventory } from "./inventory.ts";
import { benchLabels } from "./labels.ts";

/** One line for each part of the shop. */
export async function benchShop(): Promise<void> {
  const parts = {
    "clean-up": benchCleanUp,
    inventory: benchInventory,
    labels: benchLabels,
  };
  const only = process.argv[3];
  for (const [name, bench] of Object.entries(parts)) if (only === undefined || only === name) await bench();
}
