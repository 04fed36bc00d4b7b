import { queryOptions } from "@tanstack/react-query";

import { fetchFromApi } from "../client/api.ts";
import type { Schemas } from "../client/api.ts";
import { RequestFailed } from "../client/problem.ts";

export type Readiness = Schemas["Readiness"];

const EVERY_MS = 15_000;

/** Whether work gets done. 503 is an answer as well: it says why not. */
export const loadHealth = queryOptions({
  queryKey: ["health"],
  queryFn: async ({ signal }): Promise<Readiness> => {
    const response = await fetchFromApi("health/ready", { signal }, [503]);
    const body: unknown = await response.json();
    if (typeof body === "object" && body !== null && "reasons" in body) return body as Readiness;
    throw new RequestFailed("GET /health/ready", response.status, null);
  },
  refetchInterval: EVERY_MS,
});
