import { api, dataOf } from "../../client/api.ts";
import { RequestFailed } from "../../client/problem.ts";
import { queries } from "../../client/queries.ts";
import { showDone, showFailed } from "../../parts/toasts.tsx";
import { freezeFilter, type RunFilter, toRunQuery } from "./run-filter.ts";

/** What is to be done with several things: with those that are named, or with all runs that match a filter. */
export type BulkWish =
  | { readonly action: "retry" | "cancel"; readonly ids: readonly string[]; readonly filter?: undefined }
  | { readonly action: "retry" | "cancel"; readonly filter: RunFilter; readonly ids?: undefined }
  | { readonly action: "pause"; readonly ids: readonly string[]; readonly reason: string; readonly until: Date | null }
  | { readonly action: "resume"; readonly ids: readonly string[] };

export interface BulkProgress {
  readonly total: number;
  readonly done: number;
  /** Of which nothing was to be done: they had ended, or waited already. */
  readonly skipped: number;
  readonly failed: number;
  readonly firstFailure: string | null;
}

/** More than these are a matter of the command line. */
export const MOST_AT_ONCE = 10_000;
const PAGE = 200;
const AT_ONCE = 4;

/** The runs that match, as they are now: those that come in later are not meant. */
export async function loadMatchingIds(filter: RunFilter, signal: AbortSignal): Promise<string[]> {
  const query = toRunQuery(freezeFilter(filter, new Date()));
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await dataOf(
      api.GET("/api/v1/runs", { params: { query: { ...query, limit: PAGE, cursor } }, signal }),
    );
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && ids.length < MOST_AT_ONCE);
  return ids.slice(0, MOST_AT_ONCE);
}

/** Does it for one after the other, a few at a time; what is refused for one does not keep it from the others. */
export async function runBulk(
  wish: BulkWish,
  tell: (progress: BulkProgress) => void,
  signal: AbortSignal,
): Promise<BulkProgress> {
  const ids = wish.ids ?? (await loadMatchingIds(wish.filter, signal));
  let progress: BulkProgress = { total: ids.length, done: 0, skipped: 0, failed: 0, firstFailure: null };
  const add = (kind: "done" | "skipped" | "failed", failure: string | null = null) => {
    progress = { ...progress, [kind]: progress[kind] + 1, firstFailure: progress.firstFailure ?? failure };
    tell(progress);
  };
  tell(progress);
  const waiting = ids.values();
  const work = async () => {
    for (const id of waiting) {
      if (signal.aborted) return;
      try {
        add((await doOne(wish, id)) ? "done" : "skipped");
      } catch (error) {
        const isSettled = error instanceof RequestFailed && error.status === 409;
        add(
          isSettled ? "skipped" : "failed",
          isSettled ? null : error instanceof Error ? error.message : String(error),
        );
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await queries.invalidateQueries({
    queryKey: [wish.action === "pause" || wish.action === "resume" ? "schedules" : "runs"],
  });
  return progress;
}

/** Whether something came of it; a run that waits already is not started twice. */
async function doOne(wish: BulkWish, id: string): Promise<boolean> {
  const params = { path: { id } };
  switch (wish.action) {
    case "retry":
      return (await dataOf(api.POST("/api/v1/runs/{id}/retry", { params }))).started;
    case "cancel":
      await dataOf(api.POST("/api/v1/runs/{id}/cancel", { params }));
      return true;
    case "pause": {
      const body = { reason: wish.reason, until: wish.until?.toISOString() ?? null };
      await dataOf(api.POST("/api/v1/schedules/{id}/pause", { params, body }));
      return true;
    }
    case "resume":
      await dataOf(api.POST("/api/v1/schedules/{id}/resume", { params, body: {} }));
      return true;
  }
}

/** Pauses or resumes schedules at once, and says what came of it; pausing can be taken back. */
export async function switchSchedules(wish: Extract<BulkWish, { action: "pause" | "resume" }>): Promise<boolean> {
  const forever = new AbortController().signal;
  const { done, failed, firstFailure } = await runBulk(wish, () => {}, forever);
  const words = wish.action === "pause" ? "paused" : "resumed";
  if (failed > 0)
    showFailed(`${failed} of ${wish.ids.length} schedules were not ${words}`, new Error(firstFailure ?? ""));
  const undo = () => runBulk({ action: "resume", ids: wish.ids }, () => {}, forever);
  if (done > 0)
    showDone(
      `${done} ${done === 1 ? "schedule is" : "schedules are"} ${words}`,
      wish.action === "pause" ? undo : undefined,
    );
  return failed === 0;
}
