import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { type RunFilter, toRunQuery } from "./run-filter.ts";

export type Run = Schemas["Run"];
export type RunDetail = Schemas["RunDetail"];
export type FailureGroup = Schemas["FailureGroup"];

export const isOpen = ({ status }: Pick<Run, "status">): boolean => status === "SCHEDULED" || status === "PROCESSING";

export function useRuns(filter: RunFilter, cursor: string | undefined, limit: number) {
  const query = { ...toRunQuery(filter), limit, ...(cursor === undefined ? {} : { cursor }) };
  return useQuery({
    queryKey: ["runs", "list", query],
    queryFn: () => dataOf(api.GET("/api/v1/runs", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useRunCount(filter: RunFilter, enabled = true) {
  const query = toRunQuery(filter);
  return useQuery({
    queryKey: ["runs", "count", query],
    queryFn: () => dataOf(api.GET("/api/v1/runs/count", { params: { query } })),
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** `1,203`, `10,000+`, `about 1,200,000`. */
export function countWords({ count, kind }: Schemas["RunCount"]): string {
  const number = count.toLocaleString("en");
  return kind === "exact" ? number : kind === "atLeast" ? `${number}+` : `about ${number}`;
}

export function useFailures(filter: RunFilter) {
  const { task, schedule, queue, error, from, to } = toRunQuery(filter);
  const query = { task, schedule, queue, error, to, from: from ?? "366d" };
  return useQuery({
    queryKey: ["runs", "failures", query],
    queryFn: () => dataOf(api.GET("/api/v1/runs/failures", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

const WHILE_OPEN_MS = 1_000;

/** One run, followed closely until it has ended. */
export function useRun(id: string) {
  return useQuery({
    queryKey: ["runs", "one", id],
    queryFn: () => dataOf(api.GET("/api/v1/runs/{id}", { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data !== undefined && isOpen(state.data) ? WHILE_OPEN_MS : false),
  });
}

const SUGGESTED = 20;

/** Keys of schedules that hold a text, while one is being typed. */
export function useScheduleKeys(part: string | undefined) {
  const query = { limit: SUGGESTED, ...(part === undefined || part === "" ? {} : { q: part }) };
  return useQuery({
    queryKey: ["schedules", "keys", part],
    queryFn: async () =>
      (await dataOf(api.GET("/api/v1/schedules", { params: { query } }))).items.map(({ key }) => key),
    enabled: part !== undefined,
  });
}
