import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import type { SchedulesSearch } from "./schedules-search.ts";

export type Schedule = Schemas["Schedule"];
export type ScheduleDetail = Schemas["ScheduleDetail"];

const MOST_ROWS = 200;

export function useSchedules(query: SchedulesSearch) {
  return useQuery({
    queryKey: ["schedules", "list", query],
    queryFn: () => dataOf(api.GET("/api/v1/schedules", { params: { query: { ...query, limit: MOST_ROWS } } })),
    placeholderData: keepPreviousData,
  });
}

export function useSchedule(key: string) {
  return useQuery({
    queryKey: ["schedules", "one", key],
    queryFn: () => loadSchedule(key),
  });
}

export const loadSchedule = (key: string): Promise<ScheduleDetail> =>
  dataOf(api.GET("/api/v1/schedules/{id}", { params: { path: { id: key } } }));

export function useScheduleChanges(key: string) {
  return useQuery({
    queryKey: ["schedules", "changes", key],
    queryFn: () => dataOf(api.GET("/api/v1/schedule-changes", { params: { query: { schedule: key, limit: 50 } } })),
  });
}

export function useUpcoming(key: string) {
  return useQuery({
    queryKey: ["schedules", "next", key],
    queryFn: () =>
      dataOf(api.GET("/api/v1/schedules/{id}/next", { params: { path: { id: key }, query: { limit: 10 } } })),
  });
}

/** The last day of these schedules, by id: 96 cells of a quarter of an hour each. */
export function useStrips(ids: readonly string[]) {
  const asked = [...ids].sort().join(",");
  return useQuery({
    queryKey: ["schedules", "strips", asked],
    queryFn: () => dataOf(api.GET("/api/v1/schedules/strips", { params: { query: { ids: asked } } })),
    enabled: asked !== "",
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}
