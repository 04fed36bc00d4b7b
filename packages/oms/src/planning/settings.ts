import { SECOND_MS } from "@drumline/core/clock";
import { integer, type ValuesOf } from "@drumline/core/config";

export const replanSettings = {
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
  omsDiscrepancyMinAgeSeconds: integer("OMS_DISCREPANCY_MIN_AGE_SECONDS", {
    fallback: 0,
    min: 0,
    max: 2_592_000,
    about: "Inventory discrepancies younger than this are left alone when they are cleared.",
  }),
} as const;

export interface ReplanTuning {
  readonly pauseMs: number;
  readonly maxPauseMs: number;
  readonly discrepancyMinAgeMs: number;
}

export const toReplanTuning = (settings: ValuesOf<typeof replanSettings>): ReplanTuning => ({
  pauseMs: settings.omsReplanPauseSeconds * SECOND_MS,
  maxPauseMs: settings.omsReplanMaxPauseSeconds * SECOND_MS,
  discrepancyMinAgeMs: settings.omsDiscrepancyMinAgeSeconds * SECOND_MS,
});

/** The pause after the n-th failure: one, two, four … times the first, never longer than the longest. */
export const pauseAfterMs = (failures: number, { pauseMs, maxPauseMs }: ReplanTuning): number =>
  Math.min(maxPauseMs, pauseMs * 2 ** Math.min(30, failures - 1));
