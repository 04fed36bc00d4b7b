import type { Transaction } from "@drumline/db";

import { saveSaleState } from "./sale-state.sql.ts";
import { saveStockProblems } from "./stock-problems.ts";
import type { ClaimedMovements } from "./waiting-movements.sql.ts";
import { type AppliedMovements, writeEffects } from "./write-effects.sql.ts";

/** Applies what was claimed, and tells what became of it: products off sale or back on it, and what a person must see. */
export async function applyMovements(tx: Transaction, claimed: ClaimedMovements, at: Date): Promise<AppliedMovements> {
  const applied = await writeEffects(tx, claimed, at);
  await saveSaleState(
    tx,
    applied.products.map(({ id }) => BigInt(id)),
    at,
  );
  await saveStockProblems(tx, applied, at);
  return applied;
}
