import { backoffAfter, SECOND_MS } from "@drumline/core/clock";
import { integer, type ValuesOf } from "@drumline/core/config";

/** Env keys of planning, and of planning again what found no place. */
export const planningSettings = {
  omsPlanBatchSize: integer("OMS_PLAN_BATCH_SIZE", {
    fallback: 500,
    min: 1,
    max: 5_000,
    about: "Orders planned in one transaction.",
  }),
  omsPlanHelpers: integer("OMS_PLAN_HELPERS", {
    fallback: 3,
    min: 0,
    max: 50,
    about: "Further runs that a planning run may ask for when more than one batch of orders waits; 0 for none.",
  }),
  omsReplanPauseSeconds: integer("OMS_REPLAN_PAUSE_SECONDS", {
    fallback: 3_600,
    min: 1,
    max: 2_592_000,
    about: "Seconds until a package or transfer that could not be planned again is tried next; doubles with every try.",
  }),
  omsReplanMaxPauseSeconds: integer("OMS_REPLAN_MAX_PAUSE_SECONDS", {
    fallback: 86_400,
    min: 1,
    max: 2_592_000,
    about: "The longest of these pauses.",
  }),
} as const;

/** The values of `planningSettings`. */
export type PlanningSettings = ValuesOf<typeof planningSettings>;

/** What `pauseAfterMs` reads. */
export type PauseSettings = Pick<PlanningSettings, "omsReplanPauseSeconds" | "omsReplanMaxPauseSeconds">;

/** The pause after the n-th failure: one, two, four … times the first, never longer than the longest. */
export const pauseAfterMs = (failures: number, settings: PauseSettings): number =>
  backoffAfter(failures, {
    firstMs: settings.omsReplanPauseSeconds * SECOND_MS,
    longestMs: settings.omsReplanMaxPauseSeconds * SECOND_MS,
  });
