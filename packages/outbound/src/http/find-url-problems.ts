import { messageOf } from "@drumline/core/errors";

import type { AddressGuard } from "./address-guard.ts";

/** What is wrong with a URL that a worker will call. A name is judged again at each connection. */
export function findUrlProblems(
  where: string,
  url: string | null,
  guard: AddressGuard,
): { readonly where: string; readonly problem: string }[] {
  if (url === null) return [];
  const wrong = (problem: string) => [{ where, problem }];
  if (/[\s\p{Cc}]/u.test(url) || !URL.canParse(url) || !/^https?:\/\//i.test(url))
    return wrong("expected an http or https URL without spaces");
  const parsed = new URL(url);
  if (parsed.username !== "" || parsed.password !== "")
    return wrong("holds credentials; they belong into the field of the secret");
  if (parsed.hash !== "") return wrong("has a fragment, which is never sent");
  try {
    guard.check(parsed);
    return [];
  } catch (error) {
    return wrong(messageOf(error));
  }
}
