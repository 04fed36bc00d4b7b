import { api, dataOf } from "../../client/api.ts";
import { queries } from "../../client/queries.ts";
import { showDone, showFailed } from "../../parts/toasts.tsx";
import type { RunDetail } from "./run-queries.ts";

/** Does once more what a run was to do; taken back by cancelling the new one while it waits. */
export async function retryRun(id: string): Promise<string | null> {
  try {
    const { runId, started } = await dataOf(api.POST("/api/v1/runs/{id}/retry", { params: { path: { id } } }));
    if (started)
      showDone("It runs once more", () =>
        dataOf(api.POST("/api/v1/runs/{id}/cancel", { params: { path: { id: runId } }, body: {} })),
      );
    else showDone("Such a run waits already");
    return runId;
  } catch (error) {
    showFailed("It was not run again", error);
    return null;
  } finally {
    await queries.invalidateQueries({ queryKey: ["runs"] });
  }
}

/** Refused where the run has gone on since it was shown. */
export async function cancelRun({ id, version }: Pick<RunDetail, "id" | "version">): Promise<void> {
  try {
    const asked = { params: { path: { id } }, body: { version } };
    const { told } = await dataOf(api.POST("/api/v1/runs/{id}/cancel", asked));
    showDone(told > 0 ? "It was told to stop, and ends at its next safe point" : "It is cancelled");
  } catch (error) {
    showFailed("It was not cancelled", error);
  } finally {
    await queries.invalidateQueries({ queryKey: ["runs"] });
  }
}
