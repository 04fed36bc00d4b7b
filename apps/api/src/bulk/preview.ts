import type { Database } from "@drumline/db";
import { z } from "zod";

import type { BulkKind } from "./bulk-kind.ts";
import { matchRows } from "./match-rows.ts";

/** Beyond it a preview says "more". */
const MOST_LOOKED_AT = 10_000;

export const previewSchema = z
  .object({
    matched: z.int(),
    hasMore: z.boolean().describe("It stopped counting there."),
    can: z.int().describe("Of those matched, as they are now."),
    cannot: z.array(z.object({ reason: z.string(), count: z.int() })).describe("The most frequent reason first."),
  })
  .meta({ id: "BulkPreview" });

/** To how many rows it could be done now, and why not to the others; nothing is stored. */
export async function previewBulkAction(
  db: Database,
  kind: BulkKind,
  filter: Readonly<Record<string, unknown>>,
  now: Date,
): Promise<z.output<typeof previewSchema>> {
  let matched = 0;
  let hasMore = false;
  const reasons = new Map<string, number>();
  for await (const page of matchRows(db, kind, filter, now)) {
    const ids = page.slice(0, MOST_LOOKED_AT - matched);
    for (const reason of (await kind.judge(ids)).values()) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    matched += ids.length;
    hasMore = ids.length < page.length;
    if (hasMore) break;
  }
  const cannot = [...reasons].map(([reason, count]) => ({ reason, count }));
  const refused = cannot.reduce((sum, { count }) => sum + count, 0);
  return { matched, hasMore, can: matched - refused, cannot: cannot.toSorted((a, b) => b.count - a.count) };
}
