import { api, dataOf } from "../../client/api.ts";
import type { BulkWish } from "./bulk-actions.ts";
import { RUN_STATUSES, type RunFilter, type RunStatus, toRunQuery } from "./run-filter.ts";

export interface BulkPreview {
  readonly matched: number;
  /** Of which something would come. */
  readonly can: number;
}

const OPEN: readonly RunStatus[] = ["SCHEDULED", "PROCESSING"];
const ENDED = RUN_STATUSES.filter((status) => !OPEN.includes(status));

/** How many would be done: ended runs are retried, open ones cancelled. */
export async function loadBulkPreview(wish: Extract<BulkWish, { action: "retry" | "cancel" }>): Promise<BulkPreview> {
  const able = wish.action === "retry" ? ENDED : OPEN;
  if (wish.ids !== undefined) {
    const runs = await Promise.all(
      wish.ids.map((id) => dataOf(api.GET("/api/v1/runs/{id}", { params: { path: { id } } }))),
    );
    return { matched: runs.length, can: runs.filter(({ status }) => able.includes(status)).length };
  }
  const asked = wish.filter.status ?? RUN_STATUSES;
  const narrowed = asked.filter((status) => able.includes(status));
  // The time is meant as the list means it, though other states are asked for.
  const by = asked.every((status) => ENDED.includes(status)) ? "finished" : "created";
  const [matched, can] = await Promise.all([
    count(wish.filter, by),
    narrowed.length === 0 ? 0 : count({ ...wish.filter, status: narrowed }, by),
  ]);
  return { matched, can };
}

async function count(filter: RunFilter, by: "created" | "finished"): Promise<number> {
  return (await dataOf(api.GET("/api/v1/runs/count", { params: { query: { ...toRunQuery(filter), by } } }))).count;
}
