import type { Outcome } from "@drumline/shop/commands";

import { HttpProblem } from "../http/problem.ts";

/** The answer to what a person asked for and did not get; null where it was done. */
export function toOutcomeProblem(outcome: Outcome, notFound: string): HttpProblem | null {
  switch (outcome.outcome) {
    case "DONE":
      return null;
    case "NOT_FOUND":
      return new HttpProblem(404, notFound);
    case "CHANGED":
      return new HttpProblem(409, "It has changed since it was looked at. Read it again, then decide.", {
        currentVersion: outcome.version,
      });
    case "REFUSED":
      return new HttpProblem(409, `Nothing was done: ${outcome.reason}.`);
  }
}
