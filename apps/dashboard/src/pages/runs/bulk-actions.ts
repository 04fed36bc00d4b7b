import { useQuery } from "@tanstack/react-query";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { queries } from "../../client/queries.ts";
import { showDone, showFailed } from "../../parts/toasts.tsx";
import { type RunFilter, toRunQuery } from "./run-filter.ts";

export type BulkAction = Schemas["BulkAction"];

/** What is to be done with several things: with those that are named, or with all runs that match a filter. */
export type BulkWish = {
  readonly action: "runs.retry" | "runs.cancel" | "schedules.pause" | "schedules.resume";
  readonly params?: Readonly<Record<string, unknown>>;
} & (
  | { readonly ids: readonly string[]; readonly filter?: undefined }
  | { readonly filter: RunFilter; readonly ids?: undefined }
);

const toBody = ({ action, params = {}, ids, filter }: BulkWish) => ({
  action,
  params: { ...params },
  ...(ids === undefined ? { filter: { ...toRunQuery(filter) } } : { ids: [...ids] }),
});

/** To how many it could be done now, and why not to the others. */
export const loadBulkPreview = async (wish: BulkWish): Promise<Schemas["BulkPreview"]> =>
  (await dataOf(
    api.POST("/api/v1/bulk-actions", { body: { ...toBody(wish), dryRun: true } }),
  )) as Schemas["BulkPreview"];

/** The server does it from here on, also when this page is closed. */
export const startBulk = async (wish: BulkWish): Promise<BulkAction> =>
  (await dataOf(api.POST("/api/v1/bulk-actions", { body: { ...toBody(wish), dryRun: false } }))) as BulkAction;

export const abortBulk = (id: string): Promise<unknown> =>
  dataOf(api.POST("/api/v1/bulk-actions/{id}/abort", { params: { path: { id } } }));

const loadBulkAction = (id: string): Promise<BulkAction> =>
  dataOf(api.GET("/api/v1/bulk-actions/{id}", { params: { path: { id } } }));

const EVERY_MS = 500;

/** How far it is, until it has ended. */
export function useBulkAction(id: string | null) {
  return useQuery({
    queryKey: ["bulk-actions", id],
    queryFn: () => loadBulkAction(id!),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.finishedAt == null ? EVERY_MS : false),
  });
}

/** Pauses or resumes schedules as one action on record, and says what came of it; it can be taken back. */
export async function switchSchedules(wish: BulkWish): Promise<boolean> {
  const words = wish.action === "schedules.pause" ? "paused" : "resumed";
  try {
    const { done, failed, skipped, undo } = await untilEnded(await startBulk(wish));
    const takeBack = undo === null ? undefined : () => takenBack(undo);
    const others = failed + skipped === 0 ? "" : `; ${failed + skipped} were not`;
    showDone(`${done} ${done === 1 ? "schedule is" : "schedules are"} ${words}${others}`, takeBack);
    return failed === 0;
  } catch (error) {
    showFailed(`The schedules were not ${words}`, error);
    return false;
  } finally {
    await queries.invalidateQueries({ queryKey: ["schedules"] });
  }
}

async function takenBack({ action, of, params }: NonNullable<BulkAction["undo"]>): Promise<void> {
  const body = { action: action as BulkWish["action"], of, params: { ...params }, dryRun: false };
  await untilEnded((await dataOf(api.POST("/api/v1/bulk-actions", { body }))) as BulkAction);
  await queries.invalidateQueries({ queryKey: ["schedules"] });
}

async function untilEnded(action: BulkAction): Promise<BulkAction> {
  let last = action;
  while (last.finishedAt === null) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    last = await loadBulkAction(action.id);
  }
  return last;
}
