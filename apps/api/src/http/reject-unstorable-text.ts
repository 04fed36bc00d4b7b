import { findUnstorable } from "@drumline/core/text";

import type { Api } from "../api.ts";
import { HttpProblem } from "./problem.ts";

const DEEPEST = 32;

/**
 * Refuses what PostgreSQL cannot store, before any route sees it: NUL, and halves of characters. And nesting so deep
 * that whoever walks it runs out of stack.
 */
export function rejectUnstorableText(app: Api): void {
  app.addHook("preValidation", async ({ params, query, body }) => {
    for (const [where, value] of Object.entries({ params, querystring: query, body })) {
      const found = findUnstorable(value, DEEPEST);
      if (found !== null)
        throw new HttpProblem(400, `The request holds what cannot be stored.`, {
          errors: [{ where: found.path === "record" ? where : `${where}.${found.path}`, problem: found.problem }],
        });
    }
  });
}
