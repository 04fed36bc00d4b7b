import { messageOf } from "@drumline/core/errors";
import type { AddressGuard } from "@drumline/outbound/http";
import { z } from "zod";

import type { FieldProblem } from "./resource.ts";

/** Begins numbers and names owners of secrets, so it stays as it is. */
export const codeField = z
  .string()
  .max(50)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: "expected small letters, digits and hyphens" })
  .describe("Stays as it is.");

/** One line that may stand in a mail and a log. */
export const nameField = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, { error: "holds control characters" });

export const urlField = z.string().min(1).max(2_000);
export const timeoutField = z.int().min(100).max(120_000).describe("Milliseconds for one call.");

/** A row's id in a body: digits, or a number. */
export const idField = z
  .union([z.int().min(1), z.string().regex(/^\d{1,18}$/, { error: "expected a number, such as 17" })])
  .transform((id) => BigInt(id));

/** What is wrong with a URL that a worker will call. A name is judged again at each connection. */
export function findUrlProblems(where: string, url: string | null, guard: AddressGuard): FieldProblem[] {
  if (url === null) return [];
  const wrong = (problem: string) => [{ where, problem }];
  if (/[\s\p{Cc}]/u.test(url) || !URL.canParse(url) || !/^https?:\/\//i.test(url))
    return wrong("expected an http or https URL without spaces");
  const parsed = new URL(url);
  if (parsed.username !== "" || parsed.password !== "") return wrong("holds credentials; they belong into authSecret");
  if (parsed.hash !== "") return wrong("has a fragment, which is never sent");
  try {
    guard.check(parsed);
    return [];
  } catch (error) {
    return wrong(messageOf(error));
  }
}

/** The rows of one id or more, as a page of a list wants them. */
export const byId = <Where extends object>(where: Where, after: bigint | null, limit: number) => ({
  where: { ...where, ...(after === null ? {} : { id: { gt: after } }) },
  orderBy: { id: "asc" as const },
  take: limit,
});
