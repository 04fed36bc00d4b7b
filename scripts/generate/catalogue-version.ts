import { createHash } from "node:crypto";

import type { TaskDefinition } from "@drumline/core/task";

/**
 * The file that numbers the catalogue: one more than the file says now whenever the tasks are others than it was written
 * for, so that no release can forget to count.
 */
export function toCatalogueVersion(catalogue: readonly TaskDefinition[], written: string | null): string {
  const fingerprint = fingerprintOf(catalogue);
  if (written?.includes(fingerprint)) return written;
  const version = Number(/CATALOGUE_VERSION = (\d+)/.exec(written ?? "")?.[1] ?? 0) + 1;
  return `// Written by npm run generate, of the catalogue with the fingerprint ${fingerprint}.

/**
 * One more with each release whose tasks differ. What beats write carries it, so that a beat that was not replaced yet
 * leaves alone what a newer one knows.
 */
export const CATALOGUE_VERSION = ${version};
`;
}

/** Of all that decides which schedules there are and how they run; summaries and schemas of arguments do not. */
function fingerprintOf(catalogue: readonly TaskDefinition[]): string {
  const facts = catalogue
    .map(({ name, queue, entry, policies, built }) => ({ name, queue, entry, policies, built }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
}
