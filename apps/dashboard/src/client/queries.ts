import { QueryCache, QueryClient, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { api, dataOf } from "./api.ts";
import { RequestFailed } from "./problem.ts";

/**
 * What is on screen is kept here by a key whose first word is its topic: `["runs", filter]`, `["schedules", id]`. News from
 * the server names topics, and whatever has that topic is asked again.
 */
export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: signOutWhere401 }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < 2 && !(error instanceof RequestFailed && isFinal(error.status)),
      refetchOnWindowFocus: true,
    },
  },
});

export interface Me {
  readonly name: string;
  readonly role: "viewer" | "operator" | "admin";
  readonly via?: "session" | "token";
}

const ME = ["me"] as const;

/** Who is signed in; its error has status 401 where nobody is. */
export function useMe(): UseQueryResult<Me> {
  return useQuery({
    queryKey: ME,
    queryFn: async () => (await dataOf(api.GET("/api/v1/me"))) as Me,
    staleTime: 60_000,
  });
}

const ROLES = ["viewer", "operator", "admin"] as const;

/** Whether the person may do what needs `role`. True until it is known, so that no button flashes; the server decides. */
export function useMay(role: Me["role"]): boolean {
  const { data } = useMe();
  return data === undefined || ROLES.indexOf(data.role) >= ROLES.indexOf(role);
}

/** After a sign-in or a sign-out nothing of the one before may stay on screen. */
export async function forgetEverything(): Promise<void> {
  queries.clear();
  await queries.invalidateQueries({ queryKey: ME });
}

/** A session that ended elsewhere is noticed by the next answer. */
function signOutWhere401(error: Error, { queryKey }: { queryKey: readonly unknown[] }): void {
  if (error instanceof RequestFailed && error.status === 401 && queryKey[0] !== "me")
    void queries.invalidateQueries({ queryKey: ME });
}

const isFinal = (status: number): boolean => status >= 400 && status < 500 && status !== 429;
