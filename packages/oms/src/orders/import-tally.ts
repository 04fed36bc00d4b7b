import type { JsonObject } from "@drumline/core/task";

import type { ImportPlan } from "./plan-import.ts";

const MOST_LISTED = 100;

/** What a pull has done so far, as the run's result shows it. */
export function createImportTally() {
  const counts = { pulled: 0, created: 0, changed: 0, unchanged: 0, stale: 0, problems: 0 };
  const wouldCreate: string[] = [];
  const wouldChange: string[] = [];

  return {
    count(records: number): void {
      counts.pulled += records;
    },
    add(plan: ImportPlan): void {
      counts.created += plan.created.length;
      counts.changed += plan.changed.length;
      counts.unchanged += plan.unchanged;
      counts.stale += plan.stale;
      counts.problems += plan.problems.length;
      list(wouldCreate, plan.created);
      list(wouldChange, plan.changed);
    },
    pulled: (): number => counts.pulled,
    /** Orders that were not as we had them. */
    taken: (): number => counts.created + counts.changed,
    counts: (): JsonObject => counts,
    /** For a dry run: order numbers, the first hundred of each kind. */
    wouldDo: (): JsonObject => ({ ...counts, wouldCreate, wouldChange }),
  };
}

function list(numbers: string[], taken: ImportPlan["created"]): void {
  numbers.push(...taken.slice(0, MOST_LISTED - numbers.length).map(({ order }) => order.number));
}
