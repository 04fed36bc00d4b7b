import { api, dataOf } from "../../client/api.ts";
import { queries } from "../../client/queries.ts";
import { showDone, showFailed } from "../../parts/toasts.tsx";
import type { Schedule } from "./schedule-queries.ts";

type Named = Pick<Schedule, "key" | "name">;

/** Whether it was done; what was refused is told where it is seen. */
async function act(what: string, work: () => Promise<unknown>, done: string, undo?: () => Promise<unknown>) {
  try {
    await work();
    showDone(done, undo === undefined ? undefined : () => undo().then(refresh));
    return true;
  } catch (error) {
    showFailed(what, error);
    return false;
  } finally {
    await refresh();
  }
}

const refresh = () => queries.invalidateQueries({ queryKey: ["schedules"] });

const post = (word: "enable" | "disable" | "resume", key: string): Promise<unknown> => {
  const init = { params: { path: { id: key } }, body: {} };
  if (word === "enable") return dataOf(api.POST("/api/v1/schedules/{id}/enable", init));
  if (word === "disable") return dataOf(api.POST("/api/v1/schedules/{id}/disable", init));
  return dataOf(api.POST("/api/v1/schedules/{id}/resume", init));
};

const postPause = (key: string, reason: string, until: string | null): Promise<unknown> =>
  dataOf(api.POST("/api/v1/schedules/{id}/pause", { params: { path: { id: key } }, body: { reason, until } }));

export function switchSchedule({ key, name }: Named, on: boolean): Promise<boolean> {
  return act(
    `${name} was not switched`,
    () => post(on ? "enable" : "disable", key),
    `${name} is switched ${on ? "on" : "off"}`,
    () => post(on ? "disable" : "enable", key),
  );
}

export function pauseSchedule({ key, name }: Named, reason: string, until: Date | null): Promise<boolean> {
  return act(
    `${name} was not paused`,
    () => postPause(key, reason, until?.toISOString() ?? null),
    `${name} is paused`,
    () => post("resume", key),
  );
}

export function resumeSchedule({ key, name, paused }: Named & Pick<Schedule, "paused">): Promise<boolean> {
  const undo = paused === null ? undefined : () => postPause(key, paused.reason ?? "paused again", paused.until);
  return act(`${name} was not resumed`, () => post("resume", key), `${name} goes on`, undo);
}

export function deleteSchedule({ key, name, version }: Named & Pick<Schedule, "version">): Promise<boolean> {
  return act(
    `${name} was not deleted`,
    () => dataOf(api.DELETE("/api/v1/schedules/{id}", { params: { path: { id: key }, query: { version } } })),
    `${name} is deleted; its runs and changes stay`,
  );
}
