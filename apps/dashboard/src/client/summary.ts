import { queryOptions } from "@tanstack/react-query";

import { api, dataOf, type Schemas } from "./api.ts";

export type Summary = Schemas["OverviewSummary"];

const EVERY_MS = 10_000;

/** How it stands, in a sentence and in counts: asked for once, for the header, the nav and the overview. */
export const loadSummary = queryOptions({
  queryKey: ["overview", "summary"],
  queryFn: (): Promise<Summary> => dataOf(api.GET("/api/v1/overview/summary")),
  refetchInterval: EVERY_MS,
});
