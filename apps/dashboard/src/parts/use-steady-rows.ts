import { useState } from "react";

interface SteadyRows<Row> {
  /** Those that were there, each as it is now. */
  readonly rows: readonly Row[];
  /** How many came in above them meanwhile. */
  readonly newCount: number;
  readonly showNew: () => void;
}

/**
 * New rows do not push the others away: they wait behind "12 new". `page` says which list it is (filter and cursor); another
 * one is shown as it comes.
 */
export function useSteadyRows<Row>(
  fresh: readonly Row[] | undefined,
  keyOf: (row: Row) => string,
  page: string,
): SteadyRows<Row> {
  const [held, setHeld] = useState<{ page: string; rows: readonly Row[] } | null>(null);
  const showNew = () => setHeld(fresh === undefined ? null : { page, rows: fresh });
  if (fresh === undefined) return { rows: held?.page === page ? held.rows : [], newCount: 0, showNew };
  if (held === null || held.page !== page || held.rows.length === 0) {
    if (held === null || held.page !== page || fresh.length > 0) setHeld({ page, rows: fresh });
    return { rows: fresh, newCount: 0, showNew };
  }
  const now = new Map(fresh.map((row) => [keyOf(row), row]));
  const known = new Set(held.rows.map(keyOf));
  return {
    rows: held.rows.map((row) => now.get(keyOf(row)) ?? row),
    newCount: fresh.filter((row) => !known.has(keyOf(row))).length,
    showNew,
  };
}
