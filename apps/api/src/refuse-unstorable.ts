import type { Api } from "./api.ts";
import { HttpProblem } from "./problem.ts";

const DEEPEST = 32;

/**
 * Refuses what PostgreSQL cannot store, before any route sees it: NUL, and halves of characters. And nesting so deep
 * that whoever walks it runs out of stack.
 */
export function refuseUnstorable(app: Api): void {
  app.addHook("preValidation", async ({ params, query, body }) => {
    for (const [where, value] of Object.entries({ params, querystring: query, body })) {
      const problem = findUnstorable(value);
      if (problem !== null)
        throw new HttpProblem(400, `The request holds what cannot be stored.`, { errors: [{ where, problem }] });
    }
  });
}

/** Walks with a list of its own, not with the stack. */
function findUnstorable(root: unknown): string | null {
  const pending: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next;
    if (typeof value === "string") {
      if (value.includes("\0")) return "holds the character U+0000";
      if (/\p{Surrogate}/u.test(value)) return "holds half of a surrogate pair";
    } else if (typeof value === "object" && value !== null) {
      if (depth >= DEEPEST) return `is nested deeper than ${DEEPEST} levels`;
      for (const [key, member] of Object.entries(value))
        pending.push({ value: key, depth }, { value: member, depth: depth + 1 });
    }
  }
  return null;
}
